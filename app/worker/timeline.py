"""What was each minute of a pair like? One row per minute with a final, for plots (SEMANTICS F4)."""

from __future__ import annotations

from typing import Any

import polars as pl

from app.domain.events import PAIR
from app.domain.time import MINUTE_US, PANE_US
from app.windows.points import minute_of
from app.worker.closing import Closed


def timeline_rows(closed: Closed) -> list[dict[str, Any]]:
    """Rows for the table `timeline`; a minute that closes in two steps is written twice, whole each time."""
    minute = minute_of(pl.col("end_us")).alias("minute_us")
    told = (
        closed.finals.with_columns(minute)
        .group_by(*PAIR, "minute_us", maintain_order=True)
        .agg(
            pl.col("reference").last().round().cast(pl.Int64),
            pl.col("cost_lo", "cost_hi", "cost_tier", "force_price").last(),
        )
        .rename({"force_price": "price_in_force"})
    )
    prompt = closed.panes.sums.filter(pl.col("effective") <= pl.col("pane"))
    sold = (
        prompt.with_columns(((pl.col("pane") * PANE_US) // MINUTE_US * MINUTE_US).alias("minute_us"))
        .group_by(*PAIR, "minute_us")
        .agg(
            pl.col("low").min(),
            pl.col("high").max(),
            pl.col("units").sum().alias("units_milli"),
            (pl.col("value_s").sum().cast(pl.Float64) / pl.col("units").sum()).alias("mean"),
            pl.col("value_s").sum(),
        )
    )
    rows = told.join(sold, on=(*PAIR, "minute_us"), how="left").with_columns(pl.col("units_milli").fill_null(0))
    return rows.with_columns(_level()).drop("value_s", "cost_tier").to_dicts()


def _level() -> pl.Expr:
    """Where the clock minute's own mean price stands against cost: 4 under a documented one, 3 under another, else 0.

    Not the highest level of the minute's finals: their windows reach into the minute before, and a minute may close in two steps.
    """
    units = pl.col("units_milli").cast(pl.Int128)
    documented = (pl.col("cost_tier") == "T1") & (pl.col("value_s") < pl.col("cost_lo").cast(pl.Int128) * units)
    possible = pl.col("value_s") < pl.col("cost_hi").cast(pl.Int128) * units
    level = pl.when(documented).then(4).when(possible).then(3).otherwise(0)
    return pl.when(units > 0).then(level).otherwise(0).alias("level")
