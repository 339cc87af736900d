"""What is drawn for one product? Its minutes, the spells of its finding, and the ends of its axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.console.scale import Scale, price_range
from app.domain.time import JAKARTA_OFFSET_US, MINUTE_US

REFERENCE_BAND: Final = 0.05
"""Half width of the band around the reference price: inside it a price is called ordinary."""
WIDE: Final = 760
NARROW: Final = 560
"""Half a page: where two products stand side by side."""
HEIGHT: Final = 404
LEFT, MARGIN = 76, 12
PRICE_TOP, PRICE_BOTTOM = 52, 282
UNITS_TOP, UNITS_BOTTOM = 304, 360


@dataclass(frozen=True, slots=True)
class Minute:
    """One closed minute of a pair (F4); money in the smallest traded unit, units in thousandths."""

    minute_us: int
    low: int | None = None
    high: int | None = None
    mean: float | None = None
    units_milli: int | None = None
    reference: int | None = None
    cost_lo: int | None = None
    cost_hi: int | None = None
    price_in_force: int | None = None
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Spell:
    """From when to when the finding held; still open where `to_us` is null."""

    from_us: int
    to_us: int | None


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that a drawing needs; `ident` is unique on its page."""

    ident: str
    title: str
    minutes: Sequence[Minute]
    spells: Sequence[Spell] = ()
    currency: str = "IDR"
    tier: str | None = None
    offset_us: int = JAKARTA_OFFSET_US
    width: int = WIDE
    step_min: int = 1

    @property
    def step_us(self) -> int:
        """How long each row lasts."""
        return self.step_min * MINUTE_US

    @property
    def right(self) -> int:
        """Where the panels end."""
        return self.width - MARGIN

    @property
    def begin_us(self) -> int:
        """Start of the first minute or spell."""
        return min([m.minute_us for m in self.minutes] + [s.from_us for s in self.spells], default=0) // MINUTE_US * MINUTE_US

    @property
    def end_us(self) -> int:
        """End of the last minute, at least five minutes after the start."""
        return max(max((m.minute_us for m in self.minutes), default=0) + self.step_us, self.begin_us + 5 * MINUTE_US)

    def time(self) -> Scale:
        """Time to the right."""
        return Scale(self.begin_us, self.end_us, LEFT, self.right)

    def price(self) -> Scale:
        """Price upwards."""
        low, high = price_range([v for m in self.minutes for v in _prices(m) if v is not None])
        return Scale(low, high, PRICE_BOTTOM, PRICE_TOP)

    def units(self) -> Scale:
        """Units upwards, on the small axis; minutes whose cancellations outweigh their sales show as none."""
        most = max((m.units_milli or 0 for m in self.minutes), default=0)
        return Scale(0, max(most, 1000), UNITS_BOTTOM, UNITS_TOP)


def is_under_cost(minute: Minute) -> bool:
    """The minute's mean price lies under the low end of the cost."""
    return minute.mean is not None and minute.cost_lo is not None and minute.mean < minute.cost_lo


def _prices(minute: Minute) -> tuple[float | None, ...]:
    reference = minute.reference
    band = (None, None) if reference is None else (reference * (1 - REFERENCE_BAND), reference * (1 + REFERENCE_BAND))
    return (minute.low, minute.high, minute.mean, minute.price_in_force, minute.cost_lo, minute.cost_hi, *band)
