"""How far does one division get? The ratios of a price to each anchor, and the rules of thumb made of them."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from app.detection.features import over, price_now
from app.training.evaluate.detector import DIVISION, RULE, Floats

HALF: Final = 0.5
PAST_WEIGHT: Final = 0.2
LEAST: Final = 30
"""Finals of the past under which a product's own spread is not used (B4: n < 30)."""
MAD_TO_SD: Final = 1.4826
EPSILON: Final = 1e-3


class Division:
    """ln(anchor / price), not clipped: one division ranks everything, dear goods too."""

    kind = DIVISION

    def __init__(self, name: str, anchor: str) -> None:
        self.name = name
        self._anchor = anchor

    def fit(self, _past: pl.DataFrame, _truth: pl.DataFrame | None, /) -> None:
        """Nothing to learn."""

    def score(self, figures: pl.DataFrame) -> Floats:
        """ln; NaN without the anchor or a price."""
        return _numbers(figures, pl.when(pl.col(self._anchor) > 0).then(pl.col(self._anchor).cast(pl.Float64()) / price_now()).log())


def two_divisions() -> pl.Expr:
    """D2 (ln) straight from the figures: it must stay the same yardstick whatever our own score becomes."""
    listed, own, market = (over(pl.col(c), price_now()) for c in ("list_price", "own_median_ps", "market_median"))
    return pl.coalesce(listed, own).fill_null(0.0) + PAST_WEIGHT * pl.coalesce(own, market).fill_null(0.0)


class TwoDivisions:
    """Depth under list plus a fifth of the depth under the past (detection-study 2, D2): two divisions, no model."""

    name = "two-division depth"
    kind = RULE

    def fit(self, _past: pl.DataFrame, _truth: pl.DataFrame | None, /) -> None:
        """Nothing to learn."""

    def score(self, figures: pl.DataFrame) -> Floats:
        """ln, at least 0."""
        return _numbers(figures, two_divisions())


class FixedHalf:
    """The fixed rule: sold at less than half the list price, or not."""

    name = "fixed 50 % rule"
    kind = RULE

    def fit(self, _past: pl.DataFrame, _truth: pl.DataFrame | None, /) -> None:
        """Nothing to learn."""

    def score(self, figures: pl.DataFrame) -> Floats:
        """1 or 0."""
        return _numbers(figures, (price_now() < HALF * pl.col("list_price")).cast(pl.Float64()).fill_null(0.0))


class RobustZ:
    """B4: -(ln p - median) / (1.4826 MAD + epsilon) over the past's finals of the product, of its category under 30 of them."""

    name = "robust z"
    kind = RULE

    def fit(self, past: pl.DataFrame, _truth: pl.DataFrame | None, /) -> None:
        """Median and MAD of ln p per (platform, seller, product) and per key (platform:category)."""
        rows = past.with_columns(price_now().log().alias("__x")).filter(pl.col("__x").is_not_null())
        self._own = _spread(rows, ["platform", "seller_id", "product_id"]).filter(pl.col("n") >= LEAST)
        self._category = _spread(rows, ["key"])

    def score(self, figures: pl.DataFrame) -> Floats:
        """Standard deviations under the usual price."""
        keyed = figures.select("platform", "seller_id", "product_id", "key", price_now().log().alias("__x"))
        keyed = keyed.join(self._own, on=["platform", "seller_id", "product_id"], how="left", maintain_order="left")
        keyed = keyed.join(self._category, on=["key"], how="left", maintain_order="left", suffix="_all")
        usual, spread = pl.coalesce("usual", "usual_all"), pl.coalesce("mad", "mad_all")
        return _numbers(keyed, (usual - pl.col("__x")) / (MAD_TO_SD * spread + EPSILON))


def _spread(rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    x = pl.col("__x")
    return rows.group_by(by).agg(pl.len().alias("n"), x.median().alias("usual"), (x - x.median()).abs().median().alias("mad"))


def _numbers(frame: pl.DataFrame, expr: pl.Expr) -> Floats:
    return frame.select(expr.cast(pl.Float64()).alias("s")).to_series().fill_null(np.nan).to_numpy()


def divisions() -> list[Division]:
    """The single divisions that the best of is taken from."""
    return [
        Division("price / list", "list_price"),
        Division("price / own median", "own_median_ps"),
        Division("price / market median", "market_median"),
    ]
