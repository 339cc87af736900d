"""Which numbers does the forest see? Six features clipped to the harmful side; higher is never better for the seller.

Every feature is a logarithm of a ratio (unit: ln, 0 = normal or harmless). Two prices and two medians of one pair are always of one
currency, so no feature has a unit of money. The judged seller's own cost (`claim_*`, `cost_*`) enters none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

F64 = pl.Float64()
THOUSANDTHS: Final = 1000.0
SMALLEST_UNIT: Final = 1.0
MINUTES: Final = 30.0

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Feature:
    """One column of the forest, with the reason why it is there and what stands in when it cannot be known."""

    name: str
    formula: str
    unit: str
    guards_against: str
    missing: str
    expr: pl.Expr


def price_now() -> pl.Expr:
    """p: unit-weighted mean p_s of the last minute's sales, else the time-weighted price in force; null without either.

    Never under one smallest unit: an auction that begins at 0 must have a finite depth, and a lower price never a smaller one.
    """
    sold = pl.col("w1_value_s").cast(F64) / pl.col("w1_units").cast(F64)
    return pl.when(pl.col("w1_units") > 0).then(sold).otherwise(pl.col("force_mean_w1").cast(F64)).clip(lower_bound=SMALLEST_UNIT)


def over(above: pl.Expr, below: pl.Expr) -> pl.Expr:
    """max(0, ln(above / below)); null where either is unknown or not positive."""
    ratio = pl.when((above > 0) & (below > 0)).then(above.cast(F64) / below.cast(F64))
    return ratio.log().clip(lower_bound=0.0)


def _session_mean() -> pl.Expr:
    mean = pl.col("w30_value_s").cast(F64) / pl.col("w30_units").cast(F64)
    return pl.when(pl.col("w30_units") > 0).then(mean)


def _sold(column: str) -> pl.Expr:
    # net units fall under zero when more is cancelled than sold: that is no demand, not negative demand
    return pl.col(column).cast(F64).clip(lower_bound=0.0) / THOUSANDTHS


MEDIAN: Final = "median of the training rows where it is known: an unknown anchor is neither harmless (0) nor alarming"
ALWAYS: Final = "never missing: no sales are zero units, and ln(1 / 1) = 0 is what no demand means"

FEATURES: Final[tuple[Feature, ...]] = (
    Feature(
        "depth_list",
        "max(0, ln(list_price / p))",
        "ln",
        "a deep cut under the seller's own list price",
        MEDIAN,
        over(pl.col("list_price"), price_now()),
    ),
    Feature(
        "depth_own",
        "max(0, ln(own_median_ps / p))",
        "ln",
        "a cut under what the seller itself took in the last 28 sealed days, however the list price is set",
        MEDIAN,
        over(pl.col("own_median_ps"), price_now()),
    ),
    Feature(
        "depth_market",
        "max(0, ln(market_median / p))",
        "ln",
        "a price far under the category's other sellers; a category median, so it ranks and never accuses (A3)",
        MEDIAN,
        over(pl.col("market_median"), price_now()),
    ),
    Feature(
        "drop_in_session",
        "max(0, ln(mean p_s of 30 min / p))",
        "ln",
        "a price that falls while the broadcast runs",
        MEDIAN,
        over(_session_mean(), price_now()),
    ),
    Feature(
        "demand_burst",
        "max(0, ln((q1 + 1) / (q30 / 30 + 1))), q in units",
        "ln",
        "a rush of buyers that a mere typing error without sales does not bring",
        ALWAYS,
        ((_sold("w1_units") + 1.0) / (_sold("w30_units") / MINUTES + 1.0)).log().clip(lower_bound=0.0),
    ),
    Feature(
        "list_inflation",
        "max(0, ln(list_price / own_median_list))",
        "ln",
        "a list price raised before the show, which makes a false depth",
        MEDIAN,
        over(pl.col("list_price"), pl.col("own_median_list")),
    ),
)

NAMES: Final = tuple(f.name for f in FEATURES)


def feature_frame(figures: pl.DataFrame) -> pl.DataFrame:
    """(rows, features) float64 in the order of `FEATURES`; null where it cannot be known, also on every row without a price."""
    priced = price_now().is_not_null()
    return figures.select(pl.when(priced).then(f.expr.cast(F64)).alias(f.name) for f in FEATURES)


def neutral_values(raw: pl.DataFrame) -> dict[str, float]:
    """What stands in for a missing feature: its median where known; 0 where training never knew it (the forest cannot split on it)."""
    medians = {name: raw.get_column(name).median() for name in NAMES}
    return {name: float(m) if isinstance(m, int | float) else 0.0 for name, m in medians.items()}


def matrix(raw: pl.DataFrame, neutral: dict[str, float]) -> Matrix:
    """(rows, features) plain floats without gaps, ready for scikit-learn (which must not see column names: C2)."""
    return raw.select(pl.col(name).fill_null(neutral[name]) for name in NAMES).to_numpy(order="c")
