"""How are many minutes drawn in little room? Joined to steps of several minutes, so that a minute under cost never disappears."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.console.chart import Minute, is_under_cost
from app.domain.time import MINUTE_US

STEPS_MIN: Final = (1, 2, 3, 5, 10, 15, 30, 60, 120, 360, 1440)


def step_for(minutes: Sequence[Minute], most: int) -> int:
    """Minutes per step, so that at most `most` steps cover the run."""
    if not minutes:
        return 1
    span = (minutes[-1].minute_us - minutes[0].minute_us) // MINUTE_US + 1
    return next((s for s in STEPS_MIN if span / s <= most - 1), STEPS_MIN[-1])


def joined(minutes: Sequence[Minute], step: int, offset_us: int) -> list[Minute]:
    """One row per step of local time that holds a minute."""
    if step == 1:
        return list(minutes)
    slots: dict[int, list[Minute]] = {}
    for minute in minutes:
        slots.setdefault((minute.minute_us + offset_us) // (step * MINUTE_US), []).append(minute)
    return [_one(slot * step * MINUTE_US - offset_us, part) for slot, part in sorted(slots.items())]


def _one(begin_us: int, part: list[Minute]) -> Minute:
    last = part[-1]
    return Minute(
        begin_us,
        low=min((m.low for m in part if m.low is not None), default=None),
        high=max((m.high for m in part if m.high is not None), default=None),
        mean=_mean(part),
        units_milli=sum(m.units_milli or 0 for m in part),
        reference=last.reference,
        cost_lo=last.cost_lo,
        cost_hi=last.cost_hi,
        price_in_force=last.price_in_force,
        level=max((m.level for m in part if m.level is not None), default=None),
    )


def _mean(part: list[Minute]) -> float | None:
    # the law looks at single minutes: a lowest one under cost must not be averaged away
    under = [m.mean for m in part if m.mean is not None and is_under_cost(m)]
    if under:
        return min(under)
    sold = [(m.mean, m.units_milli) for m in part if m.mean is not None and m.units_milli is not None and m.units_milli > 0]
    count = sum(units for _, units in sold)
    return sum(mean * units for mean, units in sold) / count if count else None
