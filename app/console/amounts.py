"""How are money, units and shares written for Indonesian readers? Rp45.000, 1,5 and 12,3 %."""

from __future__ import annotations

from typing import Final

SIGNS: Final = {"IDR": "Rp", "CNY": "¥", "USD": "US$", "VND": "₫"}
DECIMALS: Final = {"IDR": 0, "VND": 0, "JPY": 0, "KRW": 0}
"""Digits after the comma of the smallest traded unit; every other currency is counted in hundredths."""
ROUND_UNITS: Final = ((1_000_000_000, "M"), (1_000_000, "jt"), (1_000, "rb"))
DASH: Final = "–"


def grouped(value: float, decimals: int) -> str:
    """A number with a dot for thousands and a comma for decimals."""
    text = f"{value:,.{decimals}f}"
    return text.replace(",", " ").replace(".", ",").replace(" ", ".")


def trimmed(value: float, decimals: int) -> str:
    """As `grouped`, without zeros that say nothing."""
    text = grouped(value, decimals)
    return text.rstrip("0").rstrip(",") if "," in text else text


def money(amount: float | None, currency: str) -> str:
    """An amount in the smallest traded unit, as people write it."""
    if amount is None:
        return DASH
    decimals = DECIMALS.get(currency, 2)
    sign = SIGNS.get(currency, f"{currency} ")
    minus = "−" if amount < 0 else ""
    return f"{minus}{sign}{grouped(abs(amount) / 10**decimals, decimals)}"


def short_money(amount: float, currency: str) -> str:
    """For an axis: Rp45 rb, Rp1,25 jt; other currencies as they are, without empty decimals."""
    decimals = DECIMALS.get(currency, 2)
    sign = SIGNS.get(currency, f"{currency} ")
    value = amount / 10**decimals
    for size, word in ROUND_UNITS if currency == "IDR" else ():
        if abs(value) >= size:
            return f"{sign}{trimmed(value / size, 2)} {word}"
    return f"{sign}{trimmed(value, decimals or 2)}"


def money_range(low: float | None, high: float | None, currency: str) -> str:
    """An interval of amounts; one amount where both ends are the same."""
    if low is None and high is None:
        return DASH
    if low is None or high is None or low == high:
        return money(low if high is None else high, currency)
    return f"{money(low, currency)}–{money(high, currency)}"


def units(milli: int | None) -> str:
    """A quantity kept in thousandths."""
    return DASH if milli is None else trimmed(milli / 1000, 3)


def percent(share: float | None) -> str:
    """A share of one, in percent with one decimal."""
    return DASH if share is None else f"{trimmed(100 * share, 1)} %"


def probability(value: float | None) -> str:
    """A p-value with two telling digits."""
    return DASH if value is None else f"{value:.2g}".replace(".", ",")
