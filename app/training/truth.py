"""Was a pair sold below its cost? Every one-minute window, by counting, in plain integers: the truth that the service is held to."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from app.domain.time import EPOCH, PANES_PER_MINUTE, pane_of

Pair = tuple[str, str, str]
"""session, seller, product; the platform is the file's."""


@dataclass(frozen=True, slots=True)
class Line:
    """An order line: its pane, units in thousandths, and p_s x units in thousandths of the smallest unit (B2)."""

    pane: int
    units: int
    value: int


@dataclass(frozen=True, slots=True)
class Change:
    """Units taken back: the pane in which that was said, the line's pane, units and value."""

    pane: int
    sold_pane: int
    units: int
    value: int


@dataclass(slots=True)
class Ledger:
    """All lines and changes of a pair."""

    lines: list[Line] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The truth of a pair. `below_at_sale` looks only at windows that end in a pane with a sale, `below` at every content of a window."""

    below: bool
    below_at_sale: bool
    windows: int
    windows_below: int
    first_below_pane: int | None
    deepest: float
    units: int


def micros(text: str) -> int:
    """ISO moment to UTC microseconds."""
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)


def _amounts(event: Mapping[str, Any]) -> tuple[int, int]:
    """Units in thousandths and p_s x units; unknown funding counts as none (B2)."""
    units = round(event["quantity"] * 1000)
    funding = int(event.get("platform_discount_total", 0)) - int(event.get("seller_voucher_total", 0))
    return units, int(event["price"]) * units + funding * 1000


def ledgers(events: Iterable[Mapping[str, Any]]) -> dict[Pair, Ledger]:
    """Lines and changes of every pair of a file; an event id counts once."""
    found: dict[Pair, Ledger] = {}
    seen: set[str] = set()
    for event in events:
        if event["type"] not in ("price", "sale", "sale_changed") or event["event_id"] in seen:
            continue
        seen.add(event["event_id"])
        ledger = found.setdefault((event["session_id"], event["seller_id"], event["product_id"]), Ledger())
        if event["type"] == "price":
            continue
        pane = pane_of(micros(event["occurred_at"]))
        if event["type"] == "sale":
            ledger.lines.append(Line(pane, *_amounts(event)))
        elif event["status"] != "paid":
            ledger.changes.append(Change(pane, pane_of(micros(event["sold_at"])), *_amounts(event)))
    return found


def judge(ledger: Ledger, cost: int) -> Verdict:
    """Slide a minute by the pane over the pair's lines and compare the unit-weighted seller's price with the cost."""
    lines = sorted(ledger.lines, key=lambda line: line.pane)
    panes = [line.pane for line in lines]
    units = [0, *accumulate(line.units for line in lines)]
    values = [0, *accumulate(line.value for line in lines)]
    ends = sorted({pane + k for pane in set(panes) for k in range(PANES_PER_MINUTE)})
    below: list[int] = []
    windows, deepest = 0, 0.0
    for end in ends:
        first, last = bisect_left(panes, end - PANES_PER_MINUTE + 1), bisect_right(panes, end)
        taken = [c for c in ledger.changes if c.pane <= end and end - PANES_PER_MINUTE < c.sold_pane <= end]
        sold = units[last] - units[first] - sum(c.units for c in taken)
        value = values[last] - values[first] - sum(c.value for c in taken)
        if sold <= 0:
            continue
        windows += 1
        if value < cost * sold:
            below.append(end)
            deepest = max(deepest, 1 - value / (cost * sold))
    at_sale = bool(set(below) & set(panes))
    return Verdict(bool(below), at_sale, windows, len(below), below[0] if below else None, round(deepest, 6), units[-1])
