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
            pl.col("cost_lo", "cost_hi", "force_price").last(),
            pl.col("legal_now").max().alias("level"),
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
        )
    )
    return told.join(sold, on=(*PAIR, "minute_us"), how="left").with_columns(pl.col("units_milli").fill_null(0)).to_dicts()
