"""How is time cut? Panes of 10 s, minutes, days of Asia/Jakarta, the 02:00 seal and the 03:00 gate (SEMANTICS C5)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

SECOND_US: Final = 1_000_000
PANE_US: Final = 10 * SECOND_US
MINUTE_US: Final = 60 * SECOND_US
HOUR_US: Final = 3600 * SECOND_US
DAY_US: Final = 24 * HOUR_US
PANES_PER_MINUTE: Final = 6
JAKARTA_OFFSET_US: Final = 7 * HOUR_US
SEAL_HOUR_US: Final = 2 * HOUR_US
GATE_HOUR_US: Final = 3 * HOUR_US
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def pane_of(us: int) -> int:
    """Index of the 10-second pane that holds a moment."""
    return us // PANE_US


def pane_end_us(pane: int) -> int:
    """First microsecond after a pane."""
    return (pane + 1) * PANE_US


def day_number(us: int, offset_us: int = JAKARTA_OFFSET_US) -> int:
    """Number of the local calendar day since 1970-01-01."""
    return (us + offset_us) // DAY_US


def day_start_us(day: int, offset_us: int = JAKARTA_OFFSET_US) -> int:
    """First microsecond of a local day."""
    return day * DAY_US - offset_us


def day_date(day: int) -> date:
    """The calendar date of a day number."""
    return (EPOCH + timedelta(days=day)).date()


def seal_us(day: int, offset_us: int = JAKARTA_OFFSET_US) -> int:
    """When a watermark has passed this moment the day may be frozen: 02:00 of the next day."""
    return day_start_us(day + 1, offset_us) + SEAL_HOUR_US


def gate_us(sealed_through: int, offset_us: int = JAKARTA_OFFSET_US) -> int:
    """Panes from this moment on need a later seal: 03:00 of the day after next of the last sealed day."""
    return day_start_us(sealed_through + 2, offset_us) + GATE_HOUR_US


def iso(us: int) -> str:
    """RFC 3339 in UTC with microseconds."""
    return (EPOCH + timedelta(microseconds=us)).isoformat(timespec="microseconds").replace("+00:00", "Z")
