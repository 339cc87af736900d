"""What is shown for one product in full? Its facts, its plot, a note on what the plot holds, and the same as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from app.console import amounts, clock, thin
from app.console.because import Because, because
from app.console.chart import WIDE, Chart, Minute
from app.console.facts import ProductFacts
from app.console.plot import draw
from app.console.words import Words


@dataclass(frozen=True, slots=True)
class Room:
    """How much of a page one product may take: width of the plot, most steps in it, most rows of its table.

    Every minute is at the API; a page stays under 100 kB.
    """

    width: int = WIDE
    steps: int = 480
    rows: int = 48


ALONE: Final = Room()


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
    because: Because | None = None


def article(facts: ProductFacts, minutes: Sequence[Minute], ident: str, room: Room = ALONE) -> Article:
    """Draw and tabulate one product."""
    step = thin.step_for(minutes, room.steps)
    title = f"Harga per menit · price per minute: {facts.name or facts.product_id}, {facts.seller_id}"
    shown = thin.joined(minutes, step, facts.offset_us)
    tier = facts.part("cost").get("tier")
    chart = Chart(ident, title, shown, facts.spells, facts.currency, tier, facts.offset_us, room.width, step)
    in_table, rows = table(minutes, facts.currency, facts.offset_us, room.rows)
    svg = Markup(draw(chart)) if shown else Markup("")
    return Article(ident, facts, svg, _note(len(minutes), step), in_table, rows, clock.zone(facts.offset_us), because(facts, ident))


def _note(count: int, step: int) -> Words:
    if not count:
        return Words("Belum ada menit yang selesai dihitung.", "No minute was closed yet.")
    if step > 1:
        return Words(
            f"Harga penjual rata-rata tertimbang unit tiap {step} menit; menit di bawah biaya dengan harga terendahnya. Pita acuan ±5 %.",
            f"Unit-weighted seller's price in steps of {step} minutes; minutes under cost show their lowest price. Reference band ±5 %.",
        )
    return Words(
        "Harga penjual rata-rata tertimbang unit per menit; pita acuan ±5 %.",
        "Unit-weighted seller's price per minute; reference band ±5 %.",
    )


def table(minutes: Sequence[Minute], currency: str, offset_us: int, most: int) -> tuple[int, list[tuple[str, ...]]]:
    """(minutes per row, rows): the plot in numbers."""
    step = thin.step_for(minutes, most)
    return step, [_row(minute, currency, offset_us) for minute in thin.joined(minutes, step, offset_us)]


def _row(minute: Minute, currency: str, offset_us: int) -> tuple[str, ...]:
    return (
        clock.hour_minute(minute.minute_us, offset_us),
        amounts.money(minute.mean, currency),
        amounts.money(minute.low, currency),
        amounts.money(minute.high, currency),
        amounts.units(minute.units_milli),
        amounts.money(minute.price_in_force, currency),
        amounts.money(minute.reference, currency),
        amounts.money_range(minute.cost_lo, minute.cost_hi, currency),
    )
