"""Two small evenings with a night between them: everything that makes slices, order and recovery hard, in a few hundred events."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl

from app.domain.snapshot import CATALOGUE_SCHEMA, COSTS_SCHEMA, SELLERS_SCHEMA
from tests.property.rig import MINUTE, SECOND, Event, Rig, at, stamp

PROMOTION = {"promotion_id": "pr-1", "promotion_kind": "flash_sale", "promotion_quota": 400, "promotion_funding": "seller"}


@dataclass(frozen=True)
class Posted:
    """An event and when its sender posts it."""

    at_us: int
    event: Event
    platform: str = "tiktok"


def event(kind: str, name: str, us: int, session: str | None = "s-1", **fields: Any) -> Event:
    head = {"type": kind, "event_id": name, "occurred_at": stamp(us)}
    return head | ({"session_id": session} if session else {}) | fields


def goods(seller: str, product: str, category: str | None, price: int, **fields: Any) -> Event:
    found = {"seller_id": seller, "product_id": product, "currency": "IDR", "price": price} | fields
    return found | ({"category_id": category} if category else {})


class Evening:
    """Collects events; every one gets a name of its own."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.posted: list[Posted] = []

    def add(self, kind: str, us: int, session: str | None, *, platform: str = "tiktok", delay: float | None = None, **fields: Any) -> Event:
        made = event(kind, f"e-{len(self.posted):05d}", us, session, **fields)
        wait = self.chance.uniform(0, 25) if delay is None else delay
        self.posted.append(Posted(us + round(wait * SECOND), made, platform))
        return made

    def again(self, known: Event, at_us: int, platform: str = "tiktok", **changes: Any) -> None:
        self.posted.append(Posted(at_us, known | changes, platform))

    def span(self, session: str, begin: int, end: int, platform: str = "tiktok", host: str = "h-1") -> None:
        self.add("session_started", begin, session, platform=platform, host_id=host, host_kind="affiliate", host_tier="star")
        for number, us in enumerate(range(begin + 7 * MINUTE, end, 23 * MINUTE)):
            self.add("session_status", us, session, platform=platform, viewers=100 * number, likes=7 * number)
        self.add("session_ended", end, session, platform=platform)


def long_session(evening: Evening, begin: int, minutes: int = 125) -> None:
    """Promotion and cost come in the first event only; below cost from time to time until the end."""
    session, add, chance = "s-long", evening.add, evening.chance
    evening.span(session, begin, begin + minutes * MINUTE)
    told = goods("toko-1", "p-promo", "c-1", 30_000, list_price=60_000, unit_cost=41_000, cost_source="invoice", stock=500)
    promotion = {**PROMOTION, "promotion_starts_at": stamp(begin), "promotion_announced_at": stamp(begin - MINUTE)}
    add("price", begin + 5 * SECOND, session, **told, **promotion)
    for us in range(begin + MINUTE, begin + minutes * MINUTE, 7 * MINUTE):
        add("sale", us, session, **goods("toko-1", "p-promo", "c-1", 30_000, quantity=2, order_id=f"o-{us}", status="paid"))
    for us in range(begin + 2 * MINUTE, begin + 60 * MINUTE, 5 * MINUTE):
        extra = {"unit_cost": 52_000, "platform_discount": 4_000, "seller_voucher": 0} if us < begin + 5 * MINUTE else {}
        add("price", us, session, **goods("toko-1", "p-cost", "c-2", 50_000, list_price=80_000, stock=90, **extra))
    for us in range(begin + 3 * MINUTE, begin + 100 * MINUTE, 11 * MINUTE):
        line = goods("toko-1", "p-cost", "c-2", chance.choice([49_000, 50_000, 70_000]), quantity=1.5, order_id=f"o-{us}", line_id="1")
        add("sale", us, session, **line)
        if chance.random() < 0.5:
            undone = {"sold_at": stamp(us), "status": "cancelled", "reason": "buyer"}
            add("sale_changed", us + chance.choice([20, 400, 1500]) * SECOND, session, **line, **undone)


def novel_session(evening: Evening, begin: int) -> None:
    """Shown at far under the list price, hardly sold: a spell of novelty that lives on the price in force; then a platform-paid cut."""
    session, add = "s-novel", evening.add
    evening.span(session, begin, begin + 55 * MINUTE, "shopee", "h-2")
    for minute, price in ((1, 100_000), (9, 40_000), (23, 62_000), (37, 98_000)):
        add("price", begin + minute * MINUTE, session, platform="shopee", **goods("toko-2", "p-novel", None, price, list_price=100_000))
    add("sale", begin + 11 * MINUTE, session, platform="shopee", **goods("toko-2", "p-novel", None, 40_000, quantity=3))
    cut = goods("toko-2", "p-cut", "c-1", 36_000, list_price=50_000, platform_discount=12_000, seller_voucher=0, platform_voucher=500)
    add("price", begin + 2 * MINUTE, session, platform="shopee", **cut)
    add("price", begin + 8 * MINUTE, session, platform="shopee", **goods("toko-2", "p-cut", "c-1", 49_000, list_price=50_000))
    line = goods("toko-2", "p-cut", "c-1", 36_000, quantity=4, order_id="o-cut")
    add("sale", begin + 4 * MINUTE, session, platform="shopee", **line)
    change = line | {"quantity": 1, "sold_at": stamp(begin + 4 * MINUTE), "status": "returned"}
    add("sale_changed", begin + 19 * MINUTE, session, platform="shopee", **change)
    add("sale", begin + 30 * MINUTE, session, platform="shopee", **goods("toko-2", "p-cut", "c-1", 20_000, quantity=2))
    cross = goods("toko-2", "p-cross", "c-9", 20_000, quantity=2, session_platform="lazada")
    add("sale", begin + 31 * MINUTE, "s-1", platform="shopee", **cross)


def short_session(evening: Evening, session: str, begin: int, minutes: int, step: int = 2) -> None:
    """One honest shop and one under its documented cost."""
    evening.span(session, begin, begin + minutes * MINUTE, host="h-3")
    for us in range(begin + MINUTE, begin + minutes * MINUTE, step * MINUTE):
        price = 38_000 if us > begin + 4 * MINUTE else 55_000
        shown = goods("toko-1", "p-cost", "c-2", price, list_price=80_000)
        evening.add("price", us, session, **shown)
        evening.add("sale", us + 9 * SECOND, session, **shown | {"list_price": None}, quantity=1)
        evening.add("sale", us + 17 * SECOND, session, **goods("toko-3", "p-fair", "c-2", 71_000 + us // MINUTE % 7 * 500, quantity=1))


def disorder(evening: Evening) -> None:
    """Duplicates, reused ids and late rows."""
    chance, known = evening.chance, [p for p in evening.posted if p.event["type"] not in {"heartbeat", "session_ended"}]
    for old in chance.sample(known, len(known) // 6):
        evening.again(old.event, old.at_us + round(chance.uniform(1, 200) * SECOND), old.platform)
    sales = [p for p in known if p.event["type"] == "sale"]
    for old in chance.sample(sales, min(8, len(sales))):
        evening.again(old.event, old.at_us + 3 * SECOND, old.platform, price=1)
        evening.again(old.event, old.at_us + 40 * SECOND, old.platform, price=1)
    for old in chance.sample(sales, min(10, len(sales))):
        late = old.event | {"event_id": old.event["event_id"] + "-late"}
        when = old.at_us + chance.choice([150, 300, 4000]) * SECOND
        for more in (0, 90, 400):
            evening.again(late, when + more * SECOND, old.platform)


def two_evenings(seed: int = 1, *, disordered: bool = True) -> list[Posted]:
    """Day 1 in the evening, over midnight, 02:00 and 03:00, and the evening of day 2, in the order in which they are posted."""
    evening = Evening(seed)
    long_session(evening, at(1, 20))
    novel_session(evening, at(1, 20, 30))
    short_session(evening, "s-midnight", at(1, 23, 50), 20, step=4)
    short_session(evening, "s-gate", at(2, 2, 50), 20, step=3)
    short_session(evening, "s-next", at(2, 20), 14)
    if disordered:
        disorder(evening)
    for hour in range(21, 51, 3):
        evening.add("heartbeat", at(1, hour, 1), None, delay=70)
    for platform in ("tiktok", "shopee", "lazada"):
        evening.add("heartbeat", at(3, 4), None, platform=platform, delay=1)
    return sorted(evening.posted, key=lambda p: p.at_us)


def batches(posted: Iterable[Posted], seconds: int = 90) -> list[tuple[int, str, list[Event]]]:
    """(moment, platform, events): what each platform posts together."""
    found: dict[tuple[int, str], list[Event]] = {}
    for one in posted:
        slot = -(-one.at_us // (seconds * SECOND)) * seconds * SECOND
        found.setdefault((slot, one.platform), []).append(one.event)
    return [(moment, platform, events) for (moment, platform), events in sorted(found.items())]


def references(cost: int = 45_000) -> dict[str, Any]:
    """Sellers, a documented cost of p-cost, a shelf life, for snapshots.publish."""
    costs = pl.DataFrame(
        [{"platform": "tiktok", "seller_id": "toko-1", "product_id": "p-cost", "currency": "IDR", "tier": "T1", "cost_lo": cost,
          "cost_hi": cost,
          "valid_from_us": 0, "source": "sha256:paper"}], schema=COSTS_SCHEMA)  # fmt: skip
    sellers = pl.DataFrame(
        [{"platform": "tiktok", "seller_id": "toko-1", "size_class": "large", "size_status": "known"}], schema=SELLERS_SCHEMA
    )
    catalogue = pl.DataFrame(
        [{"platform": "tiktok", "product_id": "p-cost", "category_id": "c-2", "shelf_life_days": 300}], schema=CATALOGUE_SCHEMA
    )
    return {"costs": costs, "sellers": sellers, "catalogue": catalogue}


def fill(rig: Rig, posted: list[Posted], *, seconds: int = 90, config: bool = True) -> dict[str, int]:
    """Post everything as it happens; with `config` the cost paper changes at 21:00 and at 03:06 of the night. What was accepted."""
    rig.configure(model_id="made-up", senders={"tiktok": ("k",)}, **references())
    changes = [(at(1, 21), 47_000), (at(2, 3, 6), 36_000)] if config else []
    sent = accepted = 0
    for moment, platform, events in batches(posted, seconds):
        while changes and moment >= changes[0][0]:
            rig.now_us = max(rig.now_us, changes[0][0])
            rig.configure(costs=references(changes.pop(0)[1])["costs"])
        answer = rig.post(events, at_us=moment, platform=platform)
        sent += len(events)
        accepted += answer.receipt["accepted"]
        assert accepted + len(answer.receipt["rejected"]) <= sent
    return {"sent": sent, "accepted": accepted}
