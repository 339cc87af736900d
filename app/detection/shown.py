"""Which figures stand beside a finding for a reader, without any say in its score? Cost, persistence, stock and funding among them."""

from __future__ import annotations

from typing import Final

import polars as pl

from app.detection.features import over, price_now

F64 = pl.Float64()
MINUTES: Final = 5.0
THOUSANDTHS: Final = 1000.0
MID_COST: Final = (pl.col("cost_lo").cast(F64) + pl.col("cost_hi").cast(F64)) / 2.0


def ratio(above: pl.Expr, below: pl.Expr) -> pl.Expr:
    """above / below as f64; null where either is unknown or below is not positive."""
    return pl.when(below > 0).then(above.cast(F64) / below.cast(F64))


def _ln(above: pl.Expr, below: pl.Expr) -> pl.Expr:
    return pl.when((above > 0) & (below > 0)).then(above.cast(F64) / below.cast(F64)).log()


def _mean5() -> pl.Expr:
    return ratio(pl.col("w5_value_s"), pl.col("w5_units"))


def _usual() -> pl.Expr:
    own, most = over(pl.col("own_median_list"), pl.col("own_median_ps")), pl.col("category_discount")
    return pl.when(own.is_not_null() & most.is_not_null()).then(pl.min_horizontal(own, most)).otherwise(0.0)


SHOWN: Final[dict[str, pl.Expr]] = {
    "margin_over_avc": _ln(price_now(), MID_COST).clip(upper_bound=0.0),
    "cost_uncertainty": _ln(pl.col("cost_hi"), pl.col("cost_lo")),
    "beyond_usual": (over(pl.col("list_price"), price_now()) - _usual()).clip(lower_bound=0.0),
    "depth_peers": over(pl.col("peers_median"), price_now()),
    "under_rivals": over(pl.col("rivals_median_pb"), pl.coalesce(ratio(pl.col("w1_value_b"), pl.col("w1_units_b")), "force_pb")),
    "price_velocity": _ln(price_now(), _mean5()) / MINUTES,
    "price_range": _ln(pl.col("w30_high"), pl.col("w30_low")),
    "recovery": _ln(price_now(), pl.col("w30_low")),
    "loss_rate": (
        pl.col("w1_units").cast(F64).clip(lower_bound=0.0) / THOUSANDTHS * (MID_COST - price_now()).clip(lower_bound=0.0)
    ).log1p(),
    "persistence": ratio(pl.col("below_units_7d"), pl.col("units_7d")),
    "below_share": ratio(pl.col("below_units_7d"), pl.col("seller_units_28d")),
    "stock_cover": _ln(pl.col("stock").cast(F64) * THOUSANDTHS, pl.col("mean_daily_units")),
    "platform_share": ratio(pl.col("force_ps") - pl.col("force_pb"), pl.col("force_price")),
}
"""Name in the registry -> expression over the figures with the law's cost columns."""


def shown_features(figures: pl.DataFrame) -> pl.DataFrame:
    """(rows, SHOWN) f64 with 12 significant digits (D3), null where unknown.

    figures: docs/architecture.md 4 with cost_lo and cost_hi; a column that an older frame lacks is unknown.
    """
    named = {name for expr in SHOWN.values() for name in expr.meta.root_names()}
    gaps = [pl.lit(None, F64).alias(name) for name in sorted(named - set(figures.columns))]
    return figures.with_columns(gaps).select(expr.cast(F64).round_sig_figs(12).alias(name) for name, expr in SHOWN.items())
