"""What is kept of a sealed day? One row per platform, seller, product, key and day (SEMANTICS C5, E6)."""

from __future__ import annotations

from typing import Final

import polars as pl

SEALED_DAY_SCHEMA: Final[dict[str, pl.DataType]] = {
    "platform": pl.String(),
    "seller_id": pl.String(),
    "product_id": pl.String(),
    "key": pl.String(),
    "category_id": pl.String(),
    "currency": pl.String(),
    "day": pl.Int64(),  # local day number
    # all rows: what legal tests read. Units in thousandths, values in thousandths of the smallest unit of money (B1).
    "units_milli": pl.Int64(),
    "value_s": pl.Int128(),  # sum of p_s x quantity
    "value_b": pl.Int128(),  # sum of p_b x quantity over units whose p_b is known
    "units_b": pl.Int64(),  # those units
    "sales": pl.Int64(),
    "below_units": pl.Int64(),  # units sold below cost
    "low": pl.Int64(),  # lowest and highest p_s of a sale
    "high": pl.Int64(),
    "median_list": pl.Float64(),
    # rows outside spells of L2 or more: what history features read, so that a predator is not its own normal
    "clean_units": pl.Int64(),
    "clean_value_s": pl.Int128(),
    "clean_value_b": pl.Int128(),
    "clean_units_b": pl.Int64(),
    "clean_median_list": pl.Float64(),
    "session_minutes": pl.Int64(),  # longest session that the seller ended that day with a sale, the same in all its rows; null: not known
}

OPTIONAL: Final = ("session_minutes",)
"""Columns that a file of days need not have."""
DAY_KEY: Final = ("platform", "seller_id", "product_id", "key")
"""Names a row within one day."""


def as_days(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame in SEALED_DAY_SCHEMA: columns that came later are null, others are left out. Raises ColumnNotFoundError for the rest."""
    told = frame.with_columns(pl.lit(None, SEALED_DAY_SCHEMA[c]).alias(c) for c in OPTIONAL if c not in frame.columns)
    return told.select(pl.col(name).cast(kind) for name, kind in SEALED_DAY_SCHEMA.items())


def empty_days() -> pl.DataFrame:
    """A frame of SEALED_DAY_SCHEMA with no rows."""
    return pl.DataFrame(schema=SEALED_DAY_SCHEMA)
