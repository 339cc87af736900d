"""From what is a loss guessed? A price under its anchors, and how this shop, product and category usually stand to theirs.

The first five rise when the price falls, and the fit may only rise in them; the others do not read the price. The cost in force of the
judged pair (`claim_*`, `cost_*`) enters none, nor who the seller is. Of earlier costs of the same owner one trace is left: where its own
known pairs taught the model, they are among those that the level of the category counts, as they are among the fit's rows. Gaps stay
gaps: the boosting learns what a missing anchor means.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from app.detection.features import price_now

F64 = pl.Float64()
Matrix = npt.NDArray[np.float64]
CATEGORY: Final = "category_level"
"""How often the known pairs of the category were losses, drawn towards the share of all (a category without any is like all)."""
OPTIONAL: Final = {"benchmark_cost": F64, "seller_discount": F64, "rivals_median_pb": F64}
"""Columns that older figures lack: unknown there."""


@dataclass(frozen=True)
class LossFeature:
    """One column of the boosting; `rises` says whether a lower price can only raise it."""

    name: str
    formula: str
    rises: bool
    expr: pl.Expr


def ratio(above: pl.Expr, below: pl.Expr) -> pl.Expr:
    """ln(above / below), unclipped; null where either is unknown or not positive."""
    return pl.when((above > 0) & (below > 0)).then(above.cast(F64) / below.cast(F64)).log()


def _under(name: str, anchor: str, formula: str) -> LossFeature:
    return LossFeature(name, f"ln({formula} / p)", True, ratio(pl.col(anchor), price_now()))


def _usual(name: str, above: str, below: str) -> LossFeature:
    return LossFeature(name, f"ln({above} / {below})", False, ratio(pl.col(above), pl.col(below)))


LOSS_FEATURES: Final = (
    _under("under_list", "list_price", "list_price"),
    _under("under_own", "own_median_ps", "own_median_ps"),
    _under("under_market", "market_median", "market_median"),
    _under("under_rivals", "rivals_median_pb", "rivals_median_pb"),
    _under("under_benchmark", "benchmark_cost", "benchmark_cost"),
    _usual("list_level", "list_price", "market_median"),
    _usual("list_moved", "list_price", "own_median_list"),
    _usual("product_discount", "own_median_list", "own_median_ps"),
    LossFeature(
        "seller_discount", "median over the seller's products of ln(own_median_list / own_median_ps)", False, pl.col("seller_discount")
    ),
)
LOSS_NAMES: Final = tuple(f.name for f in LOSS_FEATURES)
RISING: Final = (*(int(f.rises) for f in LOSS_FEATURES), 0)
"""Constraints of the fit; none on the level of the category, which comes last."""


def loss_frame(figures: pl.DataFrame) -> pl.DataFrame:
    """(rows, LOSS_NAMES) float64; null where unknown and on every row without a price."""
    gaps = [pl.lit(None, kind).alias(name) for name, kind in OPTIONAL.items() if name not in figures.columns]
    known = price_now().is_not_null()
    return figures.with_columns(gaps).select(pl.when(known).then(f.expr.cast(F64)).alias(f.name) for f in LOSS_FEATURES)


def loss_matrix(frame: pl.DataFrame, keys: pl.Series, levels: dict[str, float]) -> Matrix:
    """(rows, features + 1): gaps are NaN, the last column is the level of the key's category, NaN where it has none."""
    level = pl.select(pl.lit(keys).replace_strict(list(levels), list(levels.values()), default=None, return_dtype=F64)).to_series()
    return frame.with_columns(level.alias(CATEGORY)).fill_null(float("nan")).to_numpy(order="c")
