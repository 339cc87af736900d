"""What is tested of a pair, and what does its day say of it? Open units at every final, sealed with the day's q (decision 011)."""

from __future__ import annotations

from typing import Any

import polars as pl

from app.detection.day_q import day_q
from app.domain.events import PAIR
from app.domain.time import DAY_US
from app.domain.units import MODEL_CHANGED, OPEN_UNITS_SCHEMA, SEALED_UNITS_SCHEMA
from app.windows.units import minutes, open_units, unit_day
from app.worker.closing import Closed


def unit_rows(closed: Closed) -> dict[str, list[dict[str, Any]]]:
    """Upserts of `open_unit`: kept as of the last final of the unit; its first model stands only while no other has scored it."""
    frame = open_units(closed.finals)
    if frame.is_empty():
        return {}
    return {"open_unit": frame.to_dicts()}


def through(units: pl.DataFrame, target: int, sealed: int | None, offset_us: int) -> dict[int, pl.DataFrame]:
    """day -> units (OPEN_UNITS_SCHEMA, started_us, ended_us) that ended by `target`, as SEALED_UNITS_SCHEMA + units_milli, with q.

    A unit whose day is sealed already goes to the next one: it was still open at the seal. An end after the unit's day is as good as not
    told: of a live of thirty hours a fast reader knows it at the seal and a slow one does not (D3).
    """
    first = -(2**40) if sealed is None else sealed + 1
    ended = units.with_columns(pl.max_horizontal(unit_day(offset_us), pl.lit(first, pl.Int64)).alias("day"))
    in_time = (pl.col("ended_us") + offset_us) // DAY_US <= pl.col("day")
    ended = ended.with_columns(pl.when(in_time).then("ended_us").alias("ended_us"))
    days = ended.filter(pl.col("day") <= target).partition_by("day", as_dict=True, include_key=False)
    return {int(day): tested(part) for (day,), part in sorted(days.items())}


def tested(ended: pl.DataFrame) -> pl.DataFrame:
    """The units of one day with the q of each among all of them; a unit that two models scored says nothing."""
    one = pl.col("model_id").eq_missing(pl.col("first_model_id"))
    frame = ended.with_columns(
        *[pl.when(one).then(c).alias(c) for c in ("maximum", "p_value")],
        pl.when(one).then("calibration").otherwise(pl.lit(MODEL_CHANGED)).alias("calibration"),
        minutes().alias("minutes"),
    ).sort(PAIR)
    frame = frame.with_columns(day_q(frame.get_column("p_value")).alias("q_value"))
    kinds = {**SEALED_UNITS_SCHEMA, "units_milli": OPEN_UNITS_SCHEMA["units_milli"]}
    return frame.select(pl.col(c).cast(kind) for c, kind in kinds.items())
