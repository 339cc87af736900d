"""When is a tested unit over, and to which day does it belong? At its session's end, or a day after the pair's first row (SEMANTICS C5).

Both are known from rows that every reader of the log has met before the day is sealed, so a unit's figures cannot depend on how fast
the log was read (decision 011). A live that runs longer than a day, or never says its end, is tested on its first 24 hours.
"""

from __future__ import annotations

import polars as pl

from app.domain.days import SEALED_DAY_SCHEMA
from app.domain.events import PAIR
from app.domain.time import DAY_US, MINUTE_US, PANE_US
from app.domain.units import OPEN_UNITS_SCHEMA


def unit_over() -> pl.Expr:
    """Is a final (pane, after_end, first_us) past its unit's end? Then it is shown, and tests nothing."""
    late = pl.col("pane") * PANE_US >= pl.col("first_us") + DAY_US
    return pl.col("after_end") | late.fill_null(value=False)


def open_units(finals: pl.DataFrame) -> pl.DataFrame:
    """OPEN_UNITS_SCHEMA: each pair as of its last final before its unit's end; first_model_id is that of its first one here."""
    tested = finals.filter(~pl.col("unit_over")).sort("pane", maintain_order=True)
    last = tested.group_by(PAIR, maintain_order=True).agg(pl.all().last(), pl.col("model_id").first().alias("first_model_id"))
    named = last.with_columns(pl.col("running_max").alias("maximum"), pl.col("cum_units").alias("units_milli"))
    return named.select(pl.col(c).cast(kind) for c, kind in OPEN_UNITS_SCHEMA.items()).filter(pl.col("first_us").is_not_null())


def unit_day(offset_us: int) -> pl.Expr:
    """Local day number in which a unit (ended_us of its session or null, first_us of the pair) ended."""
    return (pl.min_horizontal("ended_us", pl.col("first_us") + DAY_US) + offset_us) // DAY_US


def minutes() -> pl.Expr:
    """Whole minutes of a session (started_us, ended_us); null unless both were told, in that order."""
    told = pl.col("started_us") <= pl.col("ended_us")
    return pl.when(told).then((pl.col("ended_us") - pl.col("started_us")) // MINUTE_US)


def with_session_minutes(day: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    """A day's summary (SEALED_DAY_SCHEMA) with session_minutes: the longest of the seller's sessions that ended that day with a sale.

    units: platform, seller_id, minutes, units_milli of the same day.
    """
    longest = (
        units.filter(pl.col("units_milli") > 0).group_by("platform", "seller_id").agg(pl.col("minutes").max().alias("session_minutes"))
    )
    joined = day.drop("session_minutes").join(longest, on=("platform", "seller_id"), how="left", maintain_order="left")
    return joined.select(pl.col(c).cast(kind) for c, kind in SEALED_DAY_SCHEMA.items())
