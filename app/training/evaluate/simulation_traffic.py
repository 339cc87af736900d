"""What traffic is the calibration tried on? Sessions of 8 to 240 windows, 1 to 40 products that share their session's effect.

A unit's score is sqrt(rho) x its session's effect, the same all evening, + sqrt(1 - rho) x its own AR(1) series: re-tested at every
window it is a running maximum of dependent draws, longer sessions reach higher, and all pairs of a loud session are loud. A planted
unit is raised by LIFT sd for DURATION windows. Known before a session starts is its seller's usual length, not its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from app.detection.bands import Bands
from app.detection.strata import stratum
from app.domain.events import PAIR

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

SHORTEST: Final = 8
LONGEST: Final = 240
PRODUCTS: Final = 40
MEMORY: Final = 0.9
"""AR(1) coefficient of a pair's own series from one window to the next."""
UNUSUAL: Final = 0.25
"""sd of ln(length / usual length): how badly the usual length foretells tonight's."""
LIFT: Final = 3.2
DURATION: Final = 20
BANDS: Final = Bands({"IDR": (40_000.0, 60_000.0, 95_000.0)})
PRICES: Final = (30_000.0, 50_000.0, 80_000.0, 150_000.0)
HOURS: Final = (13, 19)


@dataclass(frozen=True)
class Traffic:
    """Units of many sessions, longest session first. Arrays run over units but `starts` and `lengths` of sessions."""

    session: Ints
    length: Ints  # windows
    chance: Floats  # uniform: planted where it is under the prevalence, so that rates are nested
    start: Ints  # window in which a planted unit's lift begins
    about: pl.DataFrame  # UNITS_SCHEMA without maximum

    def planted(self, rate: float) -> npt.NDArray[np.bool_]:
        """Which units are planted at a prevalence."""
        return self.chance < np.float32(rate)


def draw_traffic(draw: np.random.Generator, sessions: int, name: str) -> Traffic:
    """Lengths, line-ups and usual lengths of `sessions` sessions; lengths and numbers of products are log-uniform."""
    usual = np.exp(draw.uniform(np.log(SHORTEST), np.log(LONGEST), sessions))
    lengths = np.clip(np.rint(usual * np.exp(draw.normal(0, UNUSUAL, sessions))), SHORTEST, LONGEST).astype(np.int64)
    order = np.argsort(-lengths, kind="stable")
    products = np.floor(np.exp(draw.uniform(0, np.log(PRODUCTS + 1), sessions))).astype(np.int64)
    session = np.repeat(np.arange(sessions), products)
    length = lengths[order][session]
    units = len(session)
    product = np.arange(units) - np.repeat(np.cumsum(products) - products, products)
    frame = pl.DataFrame(
        {
            "session": session,
            "product": product,
            "currency": ["IDR"] * units,
            "campaign": pl.Series([None] * units, dtype=pl.String()),
            "seller_usual_minutes": usual[order][session],
            "own_median_list": np.asarray(PRICES)[draw.integers(0, len(PRICES), units)],
            "session_hour": np.asarray(HOURS)[draw.integers(0, len(HOURS), sessions)][session],
        }
    )
    about = frame.select(
        pl.lit("simulated").alias("platform"),
        (pl.lit(f"{name}-") + pl.col("session").cast(pl.String)).alias("session_id"),
        (pl.lit("m-") + pl.col("session").cast(pl.String)).alias("seller_id"),
        (pl.lit("p-") + pl.col("product").cast(pl.String)).alias("product_id"),
        pl.lit("simulated:goods").alias("key"),
        stratum(BANDS),
    )
    start = np.floor(draw.random(units) * (np.maximum(length - DURATION, 0) + 1)).astype(np.int64)
    return Traffic(session, length, draw.random(units, dtype=np.float32), start, about.select(*PAIR, "stratum"))


def series(draw: np.random.Generator, traffic: Traffic, rho: float) -> Floats:
    """(units, windows): scores without any lift, NaN after a session's end."""
    found = np.full((len(traffic.length), int(traffic.length[0])), np.nan, np.float32)
    for t, (live, x) in enumerate(_windows(draw, traffic, rho)):
        found[:live, t] = x
    return found


def lifted(plain: Floats, traffic: Traffic, rate: float) -> Floats:
    """The same series with the units of a prevalence raised."""
    rows = np.flatnonzero(traffic.planted(rate))
    t = np.arange(plain.shape[1])
    inside = (t >= traffic.start[rows, None]) & (t < traffic.start[rows, None] + DURATION)
    found = plain.copy()
    found[rows] += np.float32(LIFT) * inside.astype(np.float32)
    return found


def maxima(draw: np.random.Generator, traffic: Traffic, rho: float, most: float = 1.0) -> tuple[Floats, Floats]:
    """(without, with a lift): the highest score of each unit's whole session, both from the same series; the latter up to rate `most`."""
    plain, raised = (np.full(len(traffic.length), -np.inf, np.float32) for _ in range(2))
    rows = np.flatnonzero(traffic.planted(most))
    begin, high = traffic.start[rows], raised[rows]
    for t, (live, x) in enumerate(_windows(draw, traffic, rho)):
        np.maximum(plain[:live], x, out=plain[:live])
        n = int(np.searchsorted(rows, live))
        inside = (begin[:n] <= t) & (t < begin[:n] + DURATION)
        np.maximum(high[:n], x[rows[:n]] + np.float32(LIFT) * inside, out=high[:n])
    raised[rows] = high
    return plain, raised


def _windows(draw: np.random.Generator, traffic: Traffic, rho: float) -> Iterator[tuple[int, Floats]]:
    """Window by window: how many units (a prefix) are still live, and their scores."""
    live = np.searchsorted(-traffic.length, -np.arange(1, int(traffic.length[0]) + 1), side="right")
    kept, news = np.float32(MEMORY), np.float32(np.sqrt(1 - MEMORY**2))
    effect = np.float32(np.sqrt(rho)) * draw.standard_normal(int(traffic.session[-1]) + 1, dtype=np.float32)[traffic.session]
    own = draw.standard_normal(int(live[0]), dtype=np.float32)
    for t, n in enumerate(live.tolist()):
        own = kept * own[:n] + news * draw.standard_normal(n, dtype=np.float32) if t else own[:n]
        yield n, effect[:n] + np.float32(np.sqrt(1 - rho)) * own
