"""What does a platform post of a made-up live? Prices every five minutes, order lines as they come, changes, start and end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from app.domain.time import SECOND_US, iso
from app.training.look_alikes.stage import Live, Offer, Pair

Event = dict[str, Any]
REPEAT: Final = 300.0
"""Seconds: a price in force is repeated (B6)."""
FIRST_ORDER: Final = 3.0


def events_of(rng: np.random.Generator, live: Live) -> Iterator[Event]:
    """All events of a live, in no order of time: the door and the windows put them in order."""
    start = live.start_us
    head = {"session_id": live.session_id}
    kind = str(rng.choice(("seller", "affiliate", "platform")))
    yield _at(start, f"{live.session_id}-a", {"type": "session_started", "host_id": f"h-{live.session_id}", "host_kind": kind, **head})
    for number, pair in enumerate(live.pairs):
        yield from _pair(rng, live, pair, f"{live.session_id}-{number}", start, head)
    yield _at(start + int(live.minutes * 60 * SECOND_US), f"{live.session_id}-z", {"type": "session_ended", **head})


def _at(us: int, event_id: str, fields: Event) -> Event:
    return {"event_id": event_id, "occurred_at": iso(us), **fields}


def _pair(rng: np.random.Generator, live: Live, pair: Pair, name: str, start_us: int, head: Event) -> Iterator[Event]:
    goods = pair.goods
    base = {**head, "seller_id": goods.seller_id, "product_id": goods.product_id, "category_id": goods.category_id, "currency": "IDR"}
    end = live.minutes * 60
    lines = sorted(_lines(rng, pair, end), key=lambda line: line[0])
    sold = 0
    line = 0
    for number, (at, offer) in enumerate(_shown(pair, end)):
        while line < len(lines) and lines[line][0] < at:
            sold += lines[line][2]
            line += 1
        arrived = int(pair.restocked * at / end)
        yield _at(start_us + int(at * SECOND_US), f"{name}-p{number}", {"type": "price", **base, **_asked(pair, offer, sold - arrived)})
    for number, (at, price, units, offer) in enumerate(lines):
        order = {"order_id": f"o-{name}-{number}", "line_id": "1"}
        money = _money(offer, price, units)
        us = start_us + int(at * SECOND_US)
        fees = {f"{fee}_total": amount * units for fee, amount in offer.fees.items()}
        yield _at(us, f"{name}-s{number}", {"type": "sale", **base, **order, **money, **fees, "status": "paid"})
        back = _taken_back(rng, offer, at, end)
        if back is not None:
            change = {"type": "sale_changed", **base, **order, **money, "sold_at": iso(us), "status": "cancelled"}
            yield _at(start_us + int(back * SECOND_US), f"{name}-c{number}", change)


def _shown(pair: Pair, end: float) -> list[tuple[float, Offer]]:
    """(second, offer) of every price event: where an offer begins and every five minutes after."""
    out: list[tuple[float, Offer]] = []
    for offer in pair.offers:
        at = offer.start
        while at < min(offer.end, end):
            out.append((at, offer))
            at += REPEAT
    return out


def _asked(pair: Pair, offer: Offer, gone: int) -> Event:
    return {
        "price": offer.price,
        "list_price": offer.list_price or pair.goods.list_price,
        "platform_discount": offer.platform_discount,
        "seller_voucher": offer.seller_voucher,
        "platform_voucher": offer.platform_voucher,
        "stock": max(0, pair.goods.stock - gone),
        **(offer.promotion or {}),
    }


def _money(offer: Offer, price: int, units: int) -> Event:
    return {
        "price": price,
        "quantity": units,
        "platform_discount_total": offer.platform_discount * units,
        "seller_voucher_total": offer.seller_voucher * units,
        "platform_voucher_total": offer.platform_voucher * units,
    }


def _lines(rng: np.random.Generator, pair: Pair, end: float) -> list[tuple[float, int, int, Offer]]:
    """(second, price, units, offer) of every order line; an offer that is sold out takes none."""
    out: list[tuple[float, int, int, Offer]] = []
    for offer in pair.offers:
        if not offer.sold:
            continue
        first, last = offer.start + FIRST_ORDER, min(offer.end, end) - 1
        count = int(rng.poisson(max(0.0, last - first) / pair.gap))
        moments = np.sort(rng.uniform(first, last, size=count)).tolist() if count else []
        units = rng.integers(1, pair.units + 1, size=count).tolist()
        left = offer.quota if offer.quota is not None else 1 << 40
        for at, wanted in zip(moments, units, strict=True):
            got = min(wanted, left)
            left -= got
            if got:
                out.append((at, offer.price, got, offer))
    plain = Offer(0, end, 0, cancelled=0.0)
    return out + [(at, price, units, plain) for at, price, units in pair.extra if at < end]


def _taken_back(rng: np.random.Generator, offer: Offer, at: float, end: float) -> float | None:
    """The second at which a line is cancelled, if it is."""
    if offer.withdrawn_at is not None:
        return min(end - 1, max(at + 5, offer.withdrawn_at - float(rng.uniform(0, 60))))
    if rng.random() >= offer.cancelled:
        return None
    back = at + float(rng.uniform(60, 900))
    return back if back < end else None
