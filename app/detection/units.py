"""How do whole past sessions become a calibration? One unit per pair, its maximum, and how many independent units they are worth."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from app.detection.bands import Bands
from app.detection.calibration import Calibration
from app.detection.cells import Stratum, effective
from app.detection.strata import DEPTHS, parent, stratum
from app.domain.events import PAIR, SESSION
from app.domain.units import UNITS_SCHEMA

__all__ = ["REASONS", "UNITS_SCHEMA", "calibrate", "togetherness", "units_of", "without"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

IDS: Final = tuple(c for c in PAIR if c != "key")
REASONS: Final = ("known_cost", "verdict")
"""Why a unit may leave the calibration: its cost is known, or a person has decided."""
TAIL: Final = 0.95
COARSEST: Final = min(DEPTHS)


def units_of(scored: pl.DataFrame, bands: Bands) -> pl.DataFrame:
    """UNITS_SCHEMA: the pairs of scored finals that ever had a price; *all* finals of a session must be there, never a sample.

    Finals past the unit's end (`unit_over`, where the figures say it) test nothing in service, so they don't count here either.
    """
    within = scored.filter(~pl.col("unit_over")) if "unit_over" in scored.columns else scored
    return (
        within.with_columns(stratum(bands))
        .sort(*PAIR, "pane")
        .group_by(PAIR, maintain_order=True)
        .agg(pl.col("stratum").first(), pl.col("anomaly_score").max().alias("maximum"))
        .drop_nulls("maximum")
        .select(list(UNITS_SCHEMA))
    )


def without(units: pl.DataFrame, resolved: pl.DataFrame | None) -> pl.DataFrame:
    """Units less those that a known cost or a person took out. `resolved`: platform, session_id, seller_id, product_id, reason.

    Any other reason, or none, raises ValueError: trimming the calibration by its own score has no bound, the false share was .27 at
    q .05 (detection-study 1.6). What is flagged and unresolved stays in.
    """
    if resolved is None:
        return units
    reasons = resolved.get_column("reason").unique().to_list() if "reason" in resolved.columns else [None]
    if other := {str(r) for r in reasons} - set(REASONS):
        raise ValueError(f"a unit leaves the calibration only by {' or '.join(REASONS)}, not by {', '.join(sorted(other))}")
    return units.join(resolved, on=IDS, how="anti", maintain_order="left")


def calibrate(units: pl.DataFrame, bands: Bands, own: pl.DataFrame | None = None) -> Calibration:
    """The strata of every level: of all `units` (those of the model), and of each platform's sessions alone.

    `own`: units that the platforms' own sealed days gave under the same model. The model's units of a platform are its own sessions
    too; a unit that both hold counts once, as `own` has it.
    """
    lent = strata(units, [])
    if own is None or own.is_empty():
        platforms = units.get_column("platform").unique().to_list()
        of_one = {f"{platforms[0]}:{name}": s for name, s in lent.items()} if len(platforms) == 1 else strata(units, ["platform"])
        return Calibration(lent, bands, units, of_one)
    columns = list(UNITS_SCHEMA)
    every = pl.concat([own.select(columns), units.select(columns)]).unique(PAIR, keep="first", maintain_order=True)
    return Calibration(lent, bands, units, strata(every, ["platform"]))


def strata(units: pl.DataFrame, by: list[str]) -> dict[str, Stratum]:
    """Name -> stratum, of every level; named "platform:level" if `by` is the platform."""
    rows = units.sort("maximum").with_row_index("row")
    first = pl.col("row").first()
    held = rows.select(*by, "stratum", "maximum", first.over(SESSION).alias("session"), first.over(*by, "stratum").alias("finest"))
    names = held.unique("finest", maintain_order=True).sort("finest")
    maxima, session = held.get_column("maximum").to_numpy(), held.get_column("session").to_numpy()
    finest = np.searchsorted(names.get_column("finest").to_numpy(), held.get_column("finest").to_numpy())
    found: dict[str, Stratum] = {}
    together: dict[str, float] = {}
    for depth in sorted(DEPTHS):
        told = names.select(_named(by, depth).alias("name"), _named(by, COARSEST).alias("coarsest"))
        distinct = told.unique("name").sort("name")
        code = distinct.get_column("name").search_sorted(told.get_column("name")).to_numpy()[finest]
        order = np.argsort(code, kind="stable")  # within a level still by maximum
        parts = np.split(order, np.cumsum(np.bincount(code))[:-1])
        for (name, coarsest), mine in zip(distinct.iter_rows(), parts, strict=True):
            if depth == COARSEST:
                together[name] = togetherness(maxima[mine], session[mine])
            sizes = np.unique(session[mine], return_counts=True)[1]
            r = together[coarsest]
            found[name] = Stratum(maxima[mine], len(sizes), effective(sizes, r), session[mine], r)
    return dict(sorted(found.items()))


def togetherness(maxima: Floats, session: Ints) -> float:
    """Correlation of "in the top 5 %" between two pairs of one session: pairs of one evening rise and fall together (1.4).

    From the design effect 1 + (weighted pairs a session - 1) x correlation (Kish 1965), 0 to 1; 1 where the top has no edge. Taken over
    a whole currency and campaign, so that finer levels are chosen by counts and not by how their own top happens to lie.
    """
    n, edge = len(maxima), np.sort(maxima)[int(TAIL * (len(maxima) - 1))]
    _, which, size = np.unique(session, return_inverse=True, return_counts=True)
    above = np.bincount(which, weights=maxima > edge).astype(np.int64)
    share = int(above.sum()) / n
    if not 0.0 < share < 1.0:
        return 1.0
    # whole numbers up to here: the last bit of a sum must never decide whether a level is warm (D3)
    square, cross, total = (int(v) for v in ((above * above).sum(), (above * size).sum(), (size * size).sum()))
    surplus = square - 2.0 * share * cross + share * share * total
    if total == n:  # one pair a session
        return 0.0
    return min(1.0, max(0.0, (surplus / (n * share * (1.0 - share)) - 1.0) / (total / n - 1.0)))


def _named(by: list[str], depth: int) -> pl.Expr:
    return pl.concat_str(*by, parent(pl.col("stratum"), depth), separator=":")
