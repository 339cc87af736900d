"""How is a moment shown? In the platform's local time, with the zone named."""

from __future__ import annotations

from datetime import timedelta

from app.domain.time import EPOCH, HOUR_US, MINUTE_US

ZONES = {7: "WIB", 8: "UTC+8", 9: "UTC+9"}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")


def zone(offset_us: int) -> str:
    """Name of a fixed offset: WIB where it is Jakarta's."""
    hours = offset_us / HOUR_US
    return ZONES.get(int(hours)) or f"UTC{hours:+g}"


def hour_minute(us: int, offset_us: int) -> str:
    """20:15 in local time."""
    return f"{EPOCH + timedelta(microseconds=us + offset_us):%H:%M}"


def day(us: int, offset_us: int) -> str:
    """11 Nov 2026 in local time."""
    local = EPOCH + timedelta(microseconds=us + offset_us)
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"


def moment(us: int | None, offset_us: int) -> str:
    """11 Nov 2026, 20:15 WIB; a dash where nothing is known."""
    return "–" if us is None else f"{day(us, offset_us)}, {hour_minute(us, offset_us)} {zone(offset_us)}"


def lasting(from_us: int | None, to_us: int | None) -> str:
    """How long it took: 2 j 05 m."""
    if from_us is None or to_us is None:
        return "–"
    minutes = max(0, to_us - from_us) // MINUTE_US
    return f"{minutes // 60} j {minutes % 60:02d} m" if minutes >= 60 else f"{minutes} menit"
