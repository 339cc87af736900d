"""When is one value good? The reading of each kind of field, with the sentence that words its problem (B1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pydantic_core import PydanticCustomError

from app.domain.time import EPOCH
from app.intake.currencies import CURRENCIES

ID_CHARS: Final = 128
TEXT_CHARS: Final = 200
MONEY_MAX: Final = 10**12
QUANTITY_MAX_MILLI: Final = 10**9
CONTROL: Final = r"\x00-\x1f\x7f-\x9f"
UNSEEN: Final = "\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"
"""Zero-width and direction marks: two ids that look alike must be alike."""
UNSAFE: Final = CONTROL + UNSEEN + r"\"'`{}<>\\"
ID_PATTERN: Final = rf"^[^ {UNSAFE}]([^{UNSAFE}]*[^ {UNSAFE}])?$"

_ID: Final = re.compile(rf"[^ {UNSAFE}]([^{UNSAFE}]*[^ {UNSAFE}])?")
_TEXT: Final = re.compile(rf"[^{CONTROL}]+")
_DIGITS: Final = re.compile(r"[0-9]{1,20}")
_DECIMAL: Final = re.compile(r"[0-9]{1,7}(\.[0-9]{1,3})?")
_RFC3339: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,9}))?([Zz]|[+-][0-9]{2}:[0-9]{2})")
_ZONELESS: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?")
_MICROSECOND: Final = timedelta(microseconds=1)

ID_SENTENCE: Final = "must be a string of 1 to 128 characters without control characters, quotes, braces, angle brackets or backslashes"
MONEY_SENTENCE: Final = 'must be an integer in the smallest traded unit, or a string of digits; 45000.0 and "45.000" are refused'
COUNT_SENTENCE: Final = "must be a whole number from 0 to 10^12, or a string of digits"
QUANTITY_SENTENCE: Final = "must be a number above 0 and at most 10^6 with at most three decimals"
TIME_SENTENCE: Final = "must be an RFC 3339 time such as 2026-11-11T20:00:01.000+07:00"


def _no(code: str, sentence: str) -> PydanticCustomError:
    # braces are pydantic's template marks; no sentence of ours has any
    return PydanticCustomError(code, sentence)


def read_id(value: Any) -> str:
    """An id or label."""
    if not isinstance(value, str) or len(value) > ID_CHARS or not _ID.fullmatch(value):
        raise _no("id", ID_SENTENCE)
    return value


def read_text(value: Any) -> str:
    """A few words of a sender."""
    if not isinstance(value, str) or len(value) > TEXT_CHARS or not _TEXT.fullmatch(value):
        raise _no("text", f"must be a string of 1 to {TEXT_CHARS} characters without control characters")
    return value


def read_money(value: Any) -> int:
    """An amount in the smallest traded unit."""
    return _whole(value, MONEY_SENTENCE)


def read_count(value: Any) -> int:
    """A number of things."""
    return _whole(value, COUNT_SENTENCE)


def _whole(value: Any, sentence: str) -> int:
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise _no("whole", sentence)
    if value < 0:
        raise _no("negative", "must not be negative")
    if value > MONEY_MAX:
        raise _no("too_large", "must be at most 10^12")
    return value


def read_quantity(value: Any) -> int:
    """A quantity in thousandths. A JSON number is the double that it names: k/1000 has exactly one."""
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        value = float(value)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= QUANTITY_MAX_MILLI // 1000:
        raise _no("quantity", QUANTITY_SENTENCE)
    milli = round(value * 1000)
    if milli / 1000 != value:
        raise _no("quantity", QUANTITY_SENTENCE)
    return milli


def read_time(value: Any) -> int:
    """UTC microseconds; digits after the sixth are cut."""
    found = _RFC3339.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        if isinstance(value, str) and _ZONELESS.fullmatch(value):
            raise _no("time_zone", "has no time zone: end it with Z or an offset such as +07:00")
        raise _no("time", TIME_SENTENCE)
    day, clock, fraction, zone = found.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}.{(fraction or '0')[:6]:0<6}{zone.upper()}").astimezone(UTC)
    except (ValueError, OverflowError):
        raise _no("time", "names a moment that does not exist (leap seconds cannot be kept)") from None
    if moment < EPOCH:
        raise _no("time", "lies before 1970")
    return (moment - EPOCH) // _MICROSECOND


def read_flag(value: Any) -> bool:
    """True or false, nothing like them."""
    if not isinstance(value, bool):
        raise _no("flag", "must be true or false")
    return value


def read_currency(value: Any) -> str:
    """A known ISO 4217 code."""
    if not isinstance(value, str) or value not in CURRENCIES:
        raise _no("currency", "must be a known ISO 4217 code of three upper-case letters, such as IDR")
    return value


def read_choice(choices: Collection[str]) -> Callable[[Any], str]:
    """One of a few words."""
    sentence = f"must be one of {', '.join(choices)}"

    def read(value: Any) -> str:
        if not isinstance(value, str) or value not in choices:
            raise _no("choice", sentence)
        return value

    return read
