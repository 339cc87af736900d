"""Which price was in force when? Segments of a pair's shown price (SEMANTICS B6)."""

from __future__ import annotations

from typing import Final

import polars as pl

from app.domain.events import PAIR, SESSION
from app.domain.time import MINUTE_US

HOLD_US: Final = 15 * MINUTE_US
"""A price nobody repeats holds at most this long."""

PRICE_COLUMNS: Final = (
    *PAIR,
    "occurred_us",
    "event_id",
    "price",
    "platform_discount",
    "seller_voucher",
    "platform_voucher",
    "offered",
    "promotion_ends_us",
)
CHANGE_US: Final = 31 * MINUTE_US
"""So long after a sale its change may ask which price was in force then: as long as a 30-minute window may hold the sale (B5)."""
FOREVER: Final = 2**62


def price_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """The price events of a frame of rows, in the columns that a segment needs."""
    return rows.filter(pl.col("type") == "price").select(PRICE_COLUMNS)


def segments(prices: pl.DataFrame, sessions: pl.DataFrame) -> pl.DataFrame:
    """Each price with its [start_us, end_us): until the next price, the promotion's or session's end, 15 minutes at most.

    prices: PRICE_COLUMNS, carried and new; sessions: platform, session_id, ended_us. Sorted by pair, start, event_id.
    An `offered: false` row ends the price before it and starts none (an empty segment).
    """
    start = pl.col("occurred_us")
    ended = sessions.select(*SESSION, "ended_us")
    ordered = (
        prices.unique([*PAIR, "occurred_us", "event_id"], keep="first", maintain_order=True)
        .sort(*PAIR, "occurred_us", "event_id")
        .join(ended, on=SESSION, how="left", maintain_order="left")
    )
    end = pl.min_horizontal(
        start.shift(-1).over(PAIR).fill_null(FOREVER),
        start + HOLD_US,
        _after(pl.col("promotion_ends_us")),
        # a price shown after the end of its session belongs to nobody's live: it never comes into force
        pl.max_horizontal(pl.col("ended_us").fill_null(FOREVER), start),
    )
    return ordered.with_columns(
        start.alias("start_us"),
        pl.when(pl.col("offered").fill_null(value=True)).then(end).otherwise(start).alias("end_us"),
    ).drop("occurred_us", "ended_us", "offered", "promotion_ends_us")


def _after(moment: pl.Expr) -> pl.Expr:
    """A moment that limits a segment only if it lies beyond the segment's start."""
    return pl.when(moment > pl.col("occurred_us")).then(moment).otherwise(FOREVER)


def at(moments: pl.DataFrame, on: str, held: pl.DataFrame) -> pl.DataFrame:
    """Join to each (pair, moment) the segment in force at it: columns of `held` prefixed `force_`, null where none is.

    moments: PAIR + `on`; keeps its order and height.
    """
    names = {c: f"force_{c}" for c in ("price", "platform_discount", "seller_voucher", "platform_voucher", "end_us", "start_us")}
    # of several prices at one moment only the last has any length; an empty segment would hide it
    real = held.filter(pl.col("end_us") > pl.col("start_us"))
    right = real.select(*PAIR, pl.col("start_us").alias("__on"), *[pl.col(c).alias(n) for c, n in names.items()]).sort("__on")
    left = moments.with_row_index("__row").sort(on, maintain_order=True)
    joined = left.join_asof(right, left_on=on, right_on="__on", by=list(PAIR), strategy="backward", check_sortedness=False)
    live = pl.col("force_end_us") > pl.col(on)
    return (
        joined.sort("__row")
        .with_columns([pl.when(live).then(pl.col(n)).alias(n) for n in names.values()])
        .drop("__row", "__on", strict=False)
    )


def time_weighted(points: pl.DataFrame, held: pl.DataFrame, span_us: int) -> pl.DataFrame:
    """Add force_seconds_w1 (microseconds) and force_mean_w1 over the last `span_us` before each point's end_us."""
    near = (
        points.select(*PAIR, "end_us").unique().join(held.select(*PAIR, "start_us", pl.col("end_us").alias("until_us"), "price"), on=PAIR)
    )
    overlap = pl.min_horizontal("until_us", "end_us") - pl.max_horizontal("start_us", pl.col("end_us") - span_us)
    weighed = (
        near.with_columns(overlap.alias("part"))
        .filter(pl.col("part") > 0)
        .group_by(*PAIR, "end_us")
        .agg(
            pl.col("part").sum().alias("force_seconds_w1"),
            (pl.col("price").cast(pl.Int128) * pl.col("part")).sum().alias("area"),
        )
        .with_columns((pl.col("area").cast(pl.Float64) / pl.col("force_seconds_w1")).alias("force_mean_w1"))
        .drop("area")
    )
    return points.join(weighed, on=(*PAIR, "end_us"), how="left", maintain_order="left")


def still_needed(prices: pl.DataFrame, held: pl.DataFrame, closed_us: int) -> pl.DataFrame:
    """The price rows that later panes may still look at: in force, or ended so lately that a change of a sale may ask for them."""
    live = held.filter(pl.col("end_us") > closed_us - CHANGE_US).select(*PAIR, pl.col("start_us").alias("occurred_us"), "event_id")
    return prices.join(live, on=(*PAIR, "occurred_us", "event_id"), how="semi", maintain_order="left")
