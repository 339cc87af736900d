"""Which strata have past units enough, and when will the others? Counted at every level, by platform and for what came with the model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import polars as pl

from app.detection.calibration import Calibration
from app.detection.cells import LEAST_SESSIONS, LEAST_TAIL, Stratum

WARMTH_SCHEMA: Final[dict[str, pl.DataType]] = {
    "platform": pl.String(),  # null: the sessions that the model came with
    "level": pl.String(),
    "units": pl.Int64(),
    "sessions": pl.Int64(),
    "effective": pl.Float64(),  # units over their design effect
    "needed": pl.Float64(),  # effective units for a p of alpha
    "needed_sessions": pl.Int64(),
    "warm": pl.Boolean(),
}


def warmth(calibration: Calibration, alpha: float) -> pl.DataFrame:
    """WARMTH_SCHEMA, one row per stratum of every level, own ones by platform first."""
    rows = [*_rows(calibration.own, alpha, own=True), *_rows(calibration.strata, alpha, own=False)]
    return pl.DataFrame(rows, schema=WARMTH_SCHEMA, orient="row").sort("platform", "level", nulls_last=True)


def days_left(state: pl.DataFrame, days: int) -> pl.DataFrame:
    """Add days_left: at the pace of the `days` that gave these units, so many more until warm; 0 if warm, null if no day gave any."""
    share = pl.max_horizontal(pl.col("needed") / pl.col("effective"), pl.col("needed_sessions") / pl.col("sessions"))
    left = (share * days).ceil().cast(pl.Int64) - days
    known = pl.lit(days > 0) & (pl.col("sessions") > 0)
    return state.with_columns(
        pl.when("warm").then(pl.lit(0, pl.Int64)).when(known).then(left.clip(lower_bound=1)).alias("days_left"),
    )


def _rows(strata: dict[str, Stratum], alpha: float, *, own: bool) -> Iterator[tuple[Any, ...]]:
    for name, s in strata.items():
        platform, _, level = name.partition(":") if own else (None, "", name)
        yield platform, level, len(s.maxima), s.sessions, s.effective, LEAST_TAIL / alpha, LEAST_SESSIONS, s.enough(alpha)
