"""Where does a value fall on an axis, and which ticks does the axis carry?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from app.domain.time import MINUTE_US

TIME_STEPS_MIN: Final = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440)
FROM_ZERO_BELOW: Final = 0.35
"""An axis whose lowest value is under this share of the highest begins at zero."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight line from [low, high] to [start, end] in drawing units."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Position of a value, never outside the axis."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(1.0, max(0.0, share)) * (self.end - self.start)


def nice_step(span: float, count: int) -> float:
    """A step of 1, 2, 2.5 or 5 times a power of ten that cuts a span into at most `count` parts."""
    raw = span / max(1, count)
    power = 10.0 ** math.floor(math.log10(raw))
    return next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * (1 - 1e-9))


def price_range(values: list[float]) -> tuple[float, float]:
    """Ends of a price axis around its values, with room above and below."""
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    pad = 0.08 * (high - low) or 0.1 * abs(high) or 1.0
    begins = 0.0 if low >= 0 and low < FROM_ZERO_BELOW * high else max(0.0, low - pad) if low >= 0 else low - pad
    return begins, high + pad


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Round values inside [low, high]."""
    step = nice_step(high - low, count)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [i * step for i in range(first, last + 1)]


def time_ticks(from_us: int, to_us: int, offset_us: int, count: int = 8) -> list[int]:
    """Moments at round local times inside [from_us, to_us]."""
    minutes = (to_us - from_us) / MINUTE_US
    step = MINUTE_US * next((s for s in TIME_STEPS_MIN if minutes / s <= count), TIME_STEPS_MIN[-1])
    first = -(-(from_us + offset_us) // step) * step - offset_us
    return list(range(first, to_us + 1, step))
