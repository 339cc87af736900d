"""How are money, units and shares written in a sentence? Indonesian with dots, English with commas; exact until the last digit."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

WHOLE: Final = ("IDR", "JPY", "KRW", "VND")
"""Currencies whose smallest traded unit is the unit itself; the others are kept in hundredths."""
Language = str
"""`id` or `en`."""


def _grouped(text: str, language: Language) -> str:
    """A number in English notation, dots and commas swapped for Indonesian."""
    return text.translate(str.maketrans(",.", ".,")) if language == "id" else text


def money(amount: int | Fraction, currency: str, language: Language) -> str:
    """Smallest units -> `Rp45.000` (id), `Rp45,000` (en), `CNY 4.35`; rounded down, so that a price under a cost still reads so."""
    whole = amount.numerator // amount.denominator
    if currency in WHOLE:
        text = _grouped(f"{whole:,}", language)
        return f"Rp{text}" if currency == "IDR" else f"{currency} {text}"
    major, minor = divmod(whole, 100)
    return f"{currency} {_grouped(f'{major:,}.{minor:02d}', language)}"


def quantity(milli: int, language: Language) -> str:
    """Thousandths -> `1.250,5` (id), `1,250.5` (en), without needless zeros."""
    major, minor = divmod(milli, 1000)
    tail = f".{minor:03d}".rstrip("0") if minor else ""
    return _grouped(f"{major:,}{tail}", language)


def percent(share: Fraction, language: Language) -> str:
    """A share -> `15,1 persen` (id), `15.1 percent` (en), one decimal."""
    tenths = round(share * 1000)
    text = _grouped(f"{tenths // 10}.{tenths % 10}", language)
    return f"{text} persen" if language == "id" else f"{text} percent"


def probability(p: float, language: Language) -> str:
    """p to three significant digits, never in exponents."""
    return _grouped(f"{p:.3g}" if p >= 0.0001 else "0.0001", language)
