"""How do real till ticks become events? One shop, a session a day, every tick a sale in fen with its weight (data/README.md)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from app.domain.time import HOUR_US
from app.training.truth import micros

PLATFORM: Final = "pasar-sayur"
SELLER: Final = "toko-sayur"
CURRENCY: Final = "CNY"
CHINA: Final = timezone(timedelta(hours=8))
CHINA_US: Final = 8 * HOUR_US
"""The tills' clock. Every tick lies between 09:00 and 22:30 there, 08:00 and 21:30 in Jakarta: the same calendar day in both."""
OPENS, CLOSES = "09:00:00.000", "22:30:00.000"
SOURCE: Final = Path(__file__).parents[2] / "data" / "vegetables"
TICKS: Final = "till_ticks_20230616_0623.csv"
PRODUCTS: Final = "products.csv"


@dataclass(frozen=True, slots=True)
class Tick:
    """One row of the till. Money in fen per kg, weight in thousandths of a kg (negative: taken back)."""

    line: int
    day: str
    time: str
    item: str
    milli: int
    price: int
    cost: int

    @property
    def at(self) -> str:
        """The moment with its offset."""
        return f"{self.day}T{self.time}+08:00"


def exact(text: str, scale: int) -> int:
    """A decimal text times a scale; refused where a remainder would be lost."""
    scaled = Decimal(text) * scale
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{text} has more decimals than a scale of {scale} keeps")
    return int(scaled)


def read_ticks(source: Path = SOURCE) -> list[Tick]:
    """All rows, in time order."""
    with (source / TICKS).open(encoding="utf-8", newline="") as file:
        rows = [
            Tick(
                number, r["date"], r["time"], r["item_id"],
                exact(r["qty_kg"], 1000), exact(r["unit_price"], 100), exact(r["wholesale_cost"], 100),
            )
            for number, r in enumerate(csv.DictReader(file), start=1)
        ]  # fmt: skip
    return sorted(rows, key=lambda t: (t.day, t.time, t.line))


def read_categories(source: Path = SOURCE) -> dict[str, tuple[str, str, str]]:
    """item -> (name, category id, category name)."""
    with (source / PRODUCTS).open(encoding="utf-8", newline="") as file:
        return {r["item_id"]: (r["item_name"], r["category_id"], r["category_name"]) for r in csv.DictReader(file)}


def session_of(day: str) -> str:
    """The session that stands for a till day."""
    return f"till-{day}"


def highest_prices(ticks: Iterable[Tick]) -> dict[tuple[str, str], int]:
    """(day, item) -> the day's highest price level, which stands in for a list price. It looks ahead within the day: said in the README."""
    found: dict[tuple[str, str], int] = {}
    for tick in ticks:
        found[tick.day, tick.item] = max(tick.price, found.get((tick.day, tick.item), 0))
    return found


def _money(tick: Tick, category: str, milli: int) -> dict[str, Any]:
    return {
        "seller_id": SELLER,
        "product_id": tick.item,
        "category_id": category,
        "currency": CURRENCY,
        "price": tick.price,
        "quantity": milli // 1000 if milli % 1000 == 0 else milli / 1000,
        # a supermarket's till has no platform and no voucher: nobody else pays, which is known, not missing
        "platform_discount_total": 0,
        "seller_voucher_total": 0,
        "platform_voucher_total": 0,
    }


def _tick_event(tick: Tick, category: str, list_price: int, earlier: Tick | None) -> dict[str, Any] | None:
    """A sale; a negative weight is a return of the item's sale before it; zero weight, or a return of nothing, is no event."""
    head = {"event_id": f"t-{tick.line:06d}", "occurred_at": tick.at, "session_id": session_of(tick.day)}
    if tick.milli > 0:
        order = {"order_id": f"nota-{tick.line:06d}", "line_id": "1", "status": "paid"}
        return {"type": "sale", **head, **_money(tick, category, tick.milli), "list_price": list_price, **order}
    if tick.milli < 0 and earlier is not None:
        order = {"order_id": f"nota-{earlier.line:06d}", "line_id": "1", "status": "returned", "sold_at": earlier.at}
        return {"type": "sale_changed", **head, **_money(tick, category, -tick.milli), **order}
    return None


def _session_event(kind: str, day: str, clock: str) -> dict[str, Any]:
    event = {"type": kind, "event_id": f"{kind}-{day}", "occurred_at": f"{day}T{clock}+08:00", "session_id": session_of(day)}
    return event | ({"host_id": SELLER, "host_kind": "seller"} if kind == "session_started" else {})


def till_events(ticks: list[Tick], categories: dict[str, tuple[str, str, str]]) -> Iterator[dict[str, Any]]:
    """Session start, sales and end of every day, in time order."""
    listed = highest_prices(ticks)
    for day in sorted({t.day for t in ticks}):
        yield _session_event("session_started", day, OPENS)
        last: dict[str, Tick] = {}
        for tick in (t for t in ticks if t.day == day):
            event = _tick_event(tick, categories[tick.item][1], listed[day, tick.item], last.get(tick.item))
            if tick.milli > 0:
                last[tick.item] = tick
            if event is not None:
                yield event
        yield _session_event("session_ended", day, CLOSES)


def day_us(day: str) -> int:
    """First microsecond of a till day."""
    return micros(f"{day}T00:00:00+08:00")
