"""What was last known of a pair at a point? List price, stock, claimed cost, promotion: carried forward (SEMANTICS D4)."""

from __future__ import annotations

from typing import Final

import polars as pl

from app.domain.events import PAIR, ROW_SCHEMA

FILLED: Final = ("category_id", "currency", "list_price", "stock", "claim_cost", "claim_source")
"""Each keeps its last value until another arrives."""
ANNOUNCED: Final = (
    "offered",
    "promotion_id",
    "promotion_kind",
    "promotion_quota",
    "promotion_funding",
    "promotion_starts_us",
    "promotion_ends_us",
    "promotion_announced_us",
)
"""These belong to the last price event as a whole: a price without a promotion ends the one before."""
FIRSTS: Final = ("stock_first", "first_us")
_TYPES: Final = {**ROW_SCHEMA, "claim_cost": pl.Int64(), "claim_source": pl.String()}
ATTRIBUTE_SCHEMA: Final[dict[str, pl.DataType]] = {
    **dict.fromkeys(PAIR, pl.String()),
    **{c: _TYPES[c] for c in (*FILLED, *ANNOUNCED)},
    "stock_first": pl.Int64(),
    "first_us": pl.Int64(),
}


def known(points: pl.DataFrame, rows: pl.DataFrame, carried: pl.DataFrame) -> pl.DataFrame:
    """Add ATTRIBUTE_SCHEMA's columns to points (PAIR, end_us), as of the last row before end_us; `carried` holds what was known before."""
    told = _told(rows, carried)
    # the last price event of each moment, by (occurred_us, event_id)
    priced = told.filter(pl.col("priced")).select(*PAIR, "occurred_us", *ANNOUNCED)
    filled = told.with_columns(pl.col(*FILLED).forward_fill().over(PAIR), pl.col(*FIRSTS).forward_fill().over(PAIR)).select(
        *PAIR, "occurred_us", *FILLED, *FIRSTS
    )
    moments = points.with_columns((pl.col("end_us") - 1).alias("__at"))
    return _asof(_asof(moments, priced), filled).drop("__at")


def _told(rows: pl.DataFrame, carried: pl.DataFrame) -> pl.DataFrame:
    """Price and sale rows of the pairs in order, the carried knowledge before them; firsts fixed at their first value."""
    before = carried.select(*ATTRIBUTE_SCHEMA).with_columns(
        pl.lit(-1, pl.Int64).alias("occurred_us"), pl.lit("").alias("event_id"), pl.lit(value=True).alias("priced")
    )
    new = rows.filter(pl.col("type").is_in(["price", "sale", "sale_changed"])).select(
        *PAIR,
        "occurred_us",
        "event_id",
        "category_id",
        "currency",
        "list_price",
        "stock",
        pl.col("unit_cost").alias("claim_cost"),
        pl.when(pl.col("unit_cost").is_not_null()).then(pl.col("cost_source").fill_null("estimate")).alias("claim_source"),
        *ANNOUNCED,
        (pl.col("type") == "price").alias("priced"),
        pl.col("stock").alias("stock_first"),
        pl.col("occurred_us").alias("first_us"),
    )
    told = pl.concat([before, new], how="diagonal").sort(*PAIR, "occurred_us", "event_id")
    return told.with_columns([pl.col(c).drop_nulls().first().over(PAIR).alias(f"__{c}") for c in FIRSTS]).with_columns(
        [pl.when(pl.col(c).is_not_null()).then(pl.col(f"__{c}")).alias(c) for c in FIRSTS]
    )


def _asof(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """The last right row at or before left.__at, per pair; left keeps its order."""
    ordered = right.sort("occurred_us", maintain_order=True)
    numbered = left.with_row_index("__row").sort("__at", maintain_order=True)
    joined = numbered.join_asof(ordered, left_on="__at", right_on="occurred_us", by=list(PAIR), strategy="backward", check_sortedness=False)
    return joined.sort("__row").drop("__row", "occurred_us", strict=False)
