"""How does a day become a summary? Mergeable parts while it is open, one sealed frame when it is frozen (SEMANTICS C5, E6)."""

from __future__ import annotations

from typing import Final

import polars as pl

from app.domain.days import DAY_KEY, SEALED_DAY_SCHEMA, empty_days
from app.domain.events import PAIR
from app.domain.time import DAY_US, PANE_US
from app.windows.sales import SUM_SCHEMA

PART_KEY: Final = (*DAY_KEY, "category_id", "currency", "day", "list_price", "clean")
PART_SUMS: Final = ("units", "value_s", "value_b", "units_b", "sales", "below_units")
PART_SCHEMA: Final[dict[str, pl.DataType]] = {
    **dict.fromkeys(DAY_KEY, pl.String()),
    "category_id": pl.String(),
    "currency": pl.String(),
    "day": pl.Int64(),
    "list_price": pl.Int64(),
    "clean": pl.Boolean(),
    "units": pl.Int64(),
    "value_s": pl.Int128(),
    "value_b": pl.Int128(),
    "units_b": pl.Int64(),
    "sales": pl.Int64(),
    "below_units": pl.Int64(),
    "low": pl.Int64(),
    "high": pl.Int64(),
}
"""Only sums, minima and maxima: parts of one day merge to the same summary however the log was sliced."""


def day_part(sums: pl.DataFrame, finals: pl.DataFrame, offset_us: int) -> pl.DataFrame:
    """The contribution of newly closed pane sums (SUM_SCHEMA) to their days, told apart by the finals of their panes.

    finals: PAIR, pane, category_id, currency, list_price, cost_tier, cost_lo, cost_hi, in_spell (the pane lies in a spell of L2 or more).
    """
    if sums.is_empty():
        return pl.DataFrame(schema=PART_SCHEMA)
    told = finals.select(*PAIR, pl.col("pane").alias("effective"), "category_id", "currency", "list_price", "in_spell", _bar())
    local = (pl.col("effective") * PANE_US + offset_us) // DAY_US
    below = pl.col("value_s").abs() < pl.col("bar").cast(pl.Int128) * pl.col("units").abs()
    return (
        sums.join(told, on=(*PAIR, "effective"), how="left")
        .with_columns(
            local.alias("day"),
            (~pl.col("in_spell").fill_null(value=False)).alias("clean"),
            pl.when(below).then(pl.col("units")).otherwise(0).alias("below_units"),
            pl.col("low").is_not_null().cast(pl.Int64).alias("sales"),
        )
        .pipe(merge)
    )


def _bar() -> pl.Expr:
    """The end of the cost interval below which units count as below cost: as the line counts them."""
    return pl.when(pl.col("cost_tier") == "T1").then("cost_lo").otherwise("cost_hi").alias("bar")


def merge(parts: pl.DataFrame) -> pl.DataFrame:
    """Add up parts of equal key."""
    return (
        parts.group_by(PART_KEY)
        .agg(*[pl.col(c).sum() for c in PART_SUMS], pl.col("low").min(), pl.col("high").max())
        .cast(pl.Schema(PART_SCHEMA))
        .select(*PART_SCHEMA)
        .sort(PART_KEY)
    )


def part_without_finals(rows: pl.DataFrame, sums: pl.DataFrame, offset_us: int) -> pl.DataFrame:
    """The contribution of rows on which no final was judged: late ones, and those of a pair that could not be judged (C3, D9)."""
    if sums.is_empty():
        return pl.DataFrame(schema=PART_SCHEMA)
    told = rows.group_by(PAIR).agg(pl.col("category_id").first(), pl.col("currency").first(), pl.col("list_price").drop_nulls().first())
    finals = (
        sums.select(*PAIR, "effective")
        .unique()
        .join(told, on=PAIR, how="left")
        .with_columns(
            pl.col("effective").alias("pane"),
            pl.lit(None, pl.String).alias("cost_tier"),
            pl.lit(None, pl.Int64).alias("cost_lo"),
            pl.lit(None, pl.Int64).alias("cost_hi"),
            pl.lit(value=False).alias("in_spell"),
        )
    )
    return day_part(sums.select(*SUM_SCHEMA), finals, offset_us)


def sealed(parts: pl.DataFrame) -> pl.DataFrame:
    """The frozen summary of merged parts: SEALED_DAY_SCHEMA, sorted by its key and day; session_minutes come from the day's units."""
    if parts.is_empty():
        return empty_days()
    merged = merge(parts)
    key = [*DAY_KEY, "category_id", "currency", "day"]
    rename = {"units": "units_milli"}
    every = merged.group_by(key).agg(*[pl.col(c).sum() for c in PART_SUMS], pl.col("low").min(), pl.col("high").max())
    clean = (
        merged.filter("clean").group_by(key).agg(*[pl.col(c).sum().alias(f"clean_{c}") for c in ("units", "value_s", "value_b", "units_b")])
    )
    frame = (
        every.rename(rename)
        .join(clean, on=key, how="left", nulls_equal=True)
        .join(_median_list(merged, key, "median_list"), on=key, how="left", nulls_equal=True)
        .join(_median_list(merged.filter("clean"), key, "clean_median_list"), on=key, how="left", nulls_equal=True)
    )
    zero = ("clean_units", "clean_value_s", "clean_value_b", "clean_units_b")
    frame = frame.with_columns(pl.lit(None, pl.Int64).alias("session_minutes"))
    whole = frame.with_columns(pl.col(*zero).fill_null(0)).cast(pl.Schema(SEALED_DAY_SCHEMA)).select(*SEALED_DAY_SCHEMA)
    return whole.sort(*DAY_KEY, "day", "category_id", "currency")


def _median_list(merged: pl.DataFrame, key: list[str], name: str) -> pl.DataFrame:
    """The list price that half of the panes with sales stood at or under (lower weighted median)."""
    counted = merged.filter(pl.col("list_price").is_not_null()).sort(*key, "list_price", nulls_last=True)
    return (
        counted.with_columns(pl.col("sales").cum_sum().over(key).alias("run"), pl.col("sales").sum().over(key).alias("all"))
        .filter(pl.col("run") * 2 >= pl.col("all"))
        .group_by(key)
        .agg(pl.col("list_price").min().cast(pl.Float64).alias(name))
    )
