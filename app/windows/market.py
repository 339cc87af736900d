"""What ought the price to be? A reference from several anchors, the irregular one thrown out (Walmart MoatPlus, arXiv 2310.04367)."""

from __future__ import annotations

from typing import Final

import polars as pl

ANCHORS: Final = ("own_median_ps", "rivals_median_pb", "list_price", "own_median_list")
IRREGULAR: Final = 0.5
"""An anchor further than this share from the anchors' median disagrees with the others (proposed default)."""


def reference_price(figures: pl.DataFrame) -> pl.DataFrame:
    """Add `reference` (f64, smallest unit; null without anchors): the median of the anchors that agree.

    With two anchors there is nobody to say which is irregular, so both count; with three or more the one furthest from their
    median (both, if two lie equally far) is left out if it lies further than IRREGULAR of it.
    """
    anchors = pl.concat_list([pl.col(a).cast(pl.Float64) for a in ANCHORS]).list.drop_nulls()
    frame = figures.with_columns(anchors.alias("__anchors")).with_columns(pl.col("__anchors").list.median().alias("__mid"))
    middle = pl.element().median()
    away = (pl.element() - middle).abs()
    agreeing = pl.col("__anchors").list.eval(pl.element().filter((away <= IRREGULAR * middle) | (away < away.max()))).list.median()
    # anchors that all lie equally far apart leave nobody to agree with
    joined = pl.when(pl.col("__anchors").list.len() >= 3).then(pl.coalesce(agreeing, "__mid")).otherwise(pl.col("__mid"))
    return frame.with_columns(joined.alias("reference")).drop("__anchors", "__mid")
