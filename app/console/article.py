"""What is shown for one product in full? Its facts, its plot, a note on what the plot holds, and the same as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from app.console import amounts, clock
from app.console.chart import WIDE, Chart, Minute
from app.console.facts import ProductFacts
from app.console.plot import draw
from app.console.words import Words
from app.domain.time import MINUTE_US

ROWS: Final = 40
"""At most so many rows stand in a table; the step grows instead. Every minute is at the API."""
STEPS_MIN: Final = (1, 2, 5, 10, 15, 30, 60, 120, 360, 1440)
MOST_MINUTES: Final = 480
"""A plot holds at most so many minutes; a longer session is drawn by its last ones (a page stays under 100 kB)."""


@dataclass(frozen=True)
class Article:
    """One product in full."""

    ident: str
    facts: ProductFacts
    svg: Markup
    note: Words
    step: int
    rows: list[tuple[str, ...]]
    zone: str


def article(facts: ProductFacts, minutes: Sequence[Minute], ident: str, width: int = WIDE) -> Article:
    """Draw and tabulate one product."""
    shown = minutes[-MOST_MINUTES:]
    title = f"Harga per menit · price per minute: {facts.name or facts.product_id}, {facts.seller_id}"
    chart = Chart(ident, title, shown, facts.spells, facts.currency, facts.part("cost").get("tier"), facts.offset_us, width)
    step, rows = table(shown, facts.currency, facts.offset_us)
    return Article(ident, facts, Markup(draw(chart)) if shown else Markup(""), _note(len(minutes)), step, rows, clock.zone(facts.offset_us))


def _note(count: int) -> Words:
    if not count:
        return Words("Belum ada menit yang selesai dihitung.", "No minute was closed yet.")
    if count > MOST_MINUTES:
        return Words(f"{MOST_MINUTES} menit terakhir dari {count}.", f"The last {MOST_MINUTES} of {count} minutes.")
    return Words(
        "Harga penjual rata-rata tertimbang unit per menit; pita acuan ±5 %.",
        "Unit-weighted seller's price per minute; reference band ±5 %.",
    )


def table(minutes: Sequence[Minute], currency: str, offset_us: int) -> tuple[int, list[tuple[str, ...]]]:
    """(minutes per row, rows): the plot in numbers, at most ROWS of them."""
    if not minutes:
        return 1, []
    span = (minutes[-1].minute_us - minutes[0].minute_us) // MINUTE_US + 1
    step = next((s for s in STEPS_MIN if span / s <= ROWS - 1), STEPS_MIN[-1])
    slots: dict[int, list[Minute]] = {}
    for minute in minutes:
        slots.setdefault((minute.minute_us + offset_us) // (step * MINUTE_US), []).append(minute)
    return step, [_row(slot * step * MINUTE_US - offset_us, part, currency, offset_us) for slot, part in sorted(slots.items())]


def _row(begin_us: int, part: list[Minute], currency: str, offset_us: int) -> tuple[str, ...]:
    sold = [m for m in part if m.mean is not None and (m.units_milli or 0) > 0]
    milli = sum(m.units_milli or 0 for m in part)
    mean = sum((m.mean or 0) * (m.units_milli or 0) for m in sold) / sum(m.units_milli or 0 for m in sold) if sold else None
    last = part[-1]
    lows = [m.low for m in part if m.low is not None]
    highs = [m.high for m in part if m.high is not None]
    return (
        clock.hour_minute(begin_us, offset_us),
        amounts.money(mean, currency),
        amounts.money(min(lows, default=None), currency),
        amounts.money(max(highs, default=None), currency),
        amounts.units(milli),
        amounts.money(last.price_in_force, currency),
        amounts.money(last.reference, currency),
        amounts.money_range(last.cost_lo, last.cost_hi, currency),
    )
