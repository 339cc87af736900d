"""How well does a score rank losses? Average precision per pair, with intervals over sessions, beside the plain divisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from app.detection.features import feature_frame, over, price_now
from app.detection.score import depth
from app.domain.events import PAIR, SESSION

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

OURS: Final = ("anomaly_score", "novelty_score")
BASELINES: Final = ("price_over_list", "two_division_depth")


@dataclass(frozen=True)
class Measured:
    """Average precision of one score with its 95 % interval over sessions; `ratio` is to price / list, paired by draw."""

    score: str
    ap: float
    low: float
    high: float
    ratio: float
    ratio_low: float
    ratio_high: float


def average_precision(truth: Flags, score: Floats, weight: Floats | None = None) -> float:
    """Sum over distinct scores of precision x gain in recall: ties are one step, so the order of tied rows cannot matter."""
    order = np.argsort(-score, kind="stable")
    weights = np.ones(len(score)) if weight is None else weight
    hits = np.cumsum((weights * truth)[order])
    seen = np.cumsum(weights[order])
    last = np.append(np.diff(score[order]) != 0, True)
    hits, seen = hits[last], seen[last]
    if not len(hits) or hits[-1] == 0:
        return float("nan")
    gained = np.diff(hits, prepend=0.0)
    return float(np.sum(gained * hits / np.maximum(seen, 1e-300)) / hits[-1])


def per_pair(scored: pl.DataFrame) -> pl.DataFrame:
    """One row per pair: the highest of each score over its finals; a pair without list price ranks last in price / list."""
    divisions = scored.with_columns(
        over(pl.col("list_price"), price_now()).fill_null(0.0).alias("price_over_list"),
        feature_frame(scored).select(depth()).to_series().alias("two_division_depth"),
    )
    highest = [pl.col(c).max().fill_null(0.0) for c in (*OURS, *BASELINES)]
    return divisions.group_by(PAIR, maintain_order=True).agg(highest).sort(PAIR)


def measure(pairs: pl.DataFrame, truth: pl.DataFrame, *, seed: int, draws: int = 200) -> list[Measured]:
    """pairs: of `per_pair`; truth: PAIR without key + `loss`; a pair that the truth does not name is left out; without a loss no figure."""
    of = [c for c in PAIR if c != "key"]
    rows = pairs.join(truth.select(*of, "loss"), on=of, how="inner").sort(PAIR)
    loss = rows.get_column("loss").cast(pl.Boolean()).to_numpy()
    if not loss.any():
        return []
    weights = _session_draws(rows, seed, draws)
    scores = {name: rows.get_column(name).to_numpy() for name in (*OURS, *BASELINES)}
    drawn = {name: np.array([average_precision(loss, s, w) for w in weights]) for name, s in scores.items()}
    base = average_precision(loss, scores[BASELINES[0]])
    measured = []
    for name, s in scores.items():
        ap, ratios = average_precision(loss, s), drawn[name] / drawn[BASELINES[0]]
        measured.append(Measured(name, ap, *_interval(drawn[name]), ap / base, *_interval(ratios)))
    return measured


def _session_draws(rows: pl.DataFrame, seed: int, draws: int) -> Floats:
    """(draws, rows): how often each row's session was drawn, sessions drawn with replacement."""
    codes = rows.select(pl.struct(SESSION).rank("dense") - 1).to_series().cast(pl.Int64()).to_numpy()
    sessions = int(codes.max(initial=-1)) + 1
    draw = np.random.default_rng(seed)
    return np.stack([np.bincount(draw.integers(0, sessions, sessions), minlength=sessions)[codes] for _ in range(draws)]).astype(np.float64)


def _interval(values: Floats) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    if not len(known):
        return float("nan"), float("nan")
    return float(np.quantile(known, 0.025)), float(np.quantile(known, 0.975))
