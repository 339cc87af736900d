"""How is a mean compared with a price, exactly? By multiplying out, never by dividing (SEMANTICS B1)."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final

MILLI: Final = 1000
"""Quantities are thousandths; market figures, which are floats, are read at a thousandth of the smallest unit."""


def to_milli(price: float | None) -> int | None:
    """A market figure (f64, smallest units) as whole thousandths of the smallest unit; None where there is none."""
    if price is None or not math.isfinite(price):
        return None
    # half to even, as polars rounds, so that frame and scalar agree to the last digit
    return round(price * MILLI)


def mean_below(value: int | None, units: int | None, price: int | None) -> bool | None:
    """Is value / units < price? value: sum of price x thousandths; units: thousandths; None where nothing was sold or known."""
    if value is None or units is None or price is None or units <= 0:
        return None
    return value < price * units


def mean_at_most_share(value: int | None, units: int | None, permille: int, price_milli: int | None) -> bool | None:
    """Is value / units <= permille/1000 x price? price in thousandths of the smallest unit; None where unknown."""
    if value is None or units is None or price_milli is None or units <= 0:
        return None
    return value * MILLI * MILLI <= permille * price_milli * units


def mean(value: int | None, units: int | None) -> Fraction | None:
    """The mean price as an exact fraction of the smallest unit; None where nothing was sold."""
    if value is None or units is None or units <= 0:
        return None
    return Fraction(value, units)
