"""What does the platform post tonight? Every event of every live, clean and in no particular order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np

from app.domain.time import MINUTE_US
from app.training.evening.demand import Orders, draw_orders, shown_times, viewers
from app.training.evening.prices import Segment, path_of
from app.training.evening.repeats import with_repeats
from app.training.evening.sessions import Session, Slot
from app.training.evening.wire import Posted, iso_at, money_fields, price_fields

STATUS_EVERY_US = 5 * MINUTE_US
CANCEL_SHARE = 0.03
EARLIEST_CANCEL_US = 70 * 1_000_000
"""No change reaches a one-minute window, so the truth of a window never depends on when a change arrived."""

CLEARANCE_SHOWN_US = 150 * 1_000_000
CLEARED_ELSEWHERE = 4
"""Units a minute that a clearing shop sells on its own page meanwhile: stock falls faster than the live alone explains (D3)."""


def _clears(slot: Slot) -> bool:
    return slot.part is not None and slot.part.role.kind == "clearance"


def _context(session: Session) -> Iterator[Posted]:
    """Start, status every five minutes, end."""
    host = session.host
    started = {"host_id": host.host_id, "host_kind": host.kind, "host_tier": host.tier}
    yield Posted(session.start_us, {"type": "session_started", **started})
    moments = np.arange(session.start_us + STATUS_EVERY_US, session.end_us, STATUS_EVERY_US, dtype=np.int64)
    likes = 0
    for at, crowd in zip(moments.tolist(), viewers(session, moments).astype(int).tolist(), strict=True):
        likes += crowd // 2
        yield Posted(at, {"type": "session_status", "viewers": crowd, "likes": likes})
    yield Posted(session.end_us, {"type": "session_ended"})


def _pair_end(rng: np.random.Generator, session: Session, slot: Slot) -> int:
    """Some products leave the table before the live ends; parts stay."""
    if slot.part is not None or rng.random() > 0.15:
        return session.end_us
    length = session.end_us - session.start_us
    return session.start_us + int(length * rng.uniform(0.6, 0.95)) // 1000 * 1000


def _prices(
    session: Session, slot: Slot, path: list[Segment], shown: list[tuple[int, int]], orders: Orders, end_us: int
) -> Iterator[Posted]:
    """Shown prices with the stock of the moment; a product that leaves says `offered: false`."""
    sold = np.concatenate([[0], np.cumsum(orders.units)])
    moments = np.array([m for m, _ in shown], dtype=np.int64)
    elsewhere = (moments - session.start_us) // MINUTE_US * (CLEARED_ELSEWHERE if _clears(slot) else 0)
    left = (slot.product.stock - sold[np.searchsorted(orders.at_us, moments)] - elsewhere).tolist()
    for (at, index), stock in zip(shown, left, strict=True):
        yield Posted(at, {"type": "price", **price_fields(slot, path[index], stock)})
    if end_us < session.end_us:
        gone = price_fields(slot, path[shown[-1][1]], int(slot.product.stock - sold[-1]))
        yield Posted(end_us, {"type": "price", **gone, "offered": False})


def _sales(rng: np.random.Generator, session: Session, slot: Slot, path: list[Segment], orders: Orders, name: str) -> Iterator[Posted]:
    """Order lines, and the few that are cancelled or returned within the hour."""
    count = len(orders.at_us)
    draws = rng.random((count, 4)).tolist()
    delays = (rng.integers(EARLIEST_CANCEL_US // 1000, 58 * MINUTE_US // 1000, size=count) * 1000).tolist()
    rows = zip(orders.at_us.tolist(), orders.segment.tolist(), orders.units.tolist(), strict=True)
    for number, (at, index, units) in enumerate(rows):
        segment, (a, b, c, d) = path[index], draws[number]
        voucher = min(10_000, segment.price * units * 4 // 100) if a < 0.1 else 0
        money = money_fields(slot, segment, units, voucher)
        line = {"order_id": f"o-{name}-{number:04d}", "line_id": "1"}
        fees = {"commission_total": segment.price * units * 5 // 100}
        status = "paid" if b < 0.7 else "cod" if b < 0.9 else "placed"
        yield Posted(at, {"type": "sale", **money, **line, "status": status, **fees})
        if c < CANCEL_SHARE and at + delays[number] < session.end_us:
            word = "cancelled" if d < 0.7 else "returned" if d < 0.85 else "refunded"
            change = {**money, **line, "sold_at": iso_at(at), "status": word, "reason": "buyer"}
            yield Posted(at + delays[number], {"type": "sale_changed", **change})


def _slot_events(rng: np.random.Generator, session: Session, slot: Slot, day: date, name: str, repeat: bool) -> list[Posted]:
    path = path_of(rng, session, slot, day, f"promo-{name}")
    end_us = _pair_end(rng, session, slot)
    shown = shown_times(rng, path, end_us, CLEARANCE_SHOWN_US if _clears(slot) else 30 * MINUTE_US)
    if not shown:
        return []
    orders = draw_orders(rng, session, slot, path, shown, end_us)
    prices = sorted(_prices(session, slot, path, shown, orders, end_us), key=lambda p: p.at_us)
    named = [Posted(p.at_us, {**p.event, "event_id": f"e-{name}-p{n:04d}"}) for n, p in enumerate(prices)]
    sales = _sales(rng, session, slot, path, orders, name)
    named += [Posted(p.at_us, {**p.event, "event_id": f"e-{name}-s{n:04d}"}) for n, p in enumerate(sales)]
    return with_repeats(named, end_us) if repeat else named


def evening_events(rng: np.random.Generator, sessions: tuple[Session, ...], day: date, *, repeat: bool) -> list[Posted]:
    """All events with type, event_id, session_id and occurred_at, sorted by moment and id."""
    found: list[Posted] = []
    for session in sessions:
        stem = session.session_id.removeprefix("s-")
        rows = [Posted(p.at_us, {**p.event, "event_id": f"e-{stem}-c{n:03d}"}) for n, p in enumerate(_context(session))]
        for number, slot in enumerate(session.slots):
            rows += _slot_events(rng, session, slot, day, f"{stem}-{number:02d}", repeat)
        for row in rows:
            head = {"type": row.event["type"], "event_id": row.event["event_id"], "occurred_at": iso_at(row.at_us)}
            found.append(Posted(row.at_us, {**head, "session_id": session.session_id, **row.event}))
    return sorted(found, key=lambda p: (p.at_us, p.event["event_id"]))
