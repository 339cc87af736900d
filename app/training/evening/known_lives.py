"""What happens in the lives of such a market? A few events a pair: the price shown, perhaps a cut for some minutes, a handful of sales."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import polars as pl

from app.domain.days import SEALED_DAY_SCHEMA
from app.domain.snapshot import COSTS_SCHEMA
from app.domain.time import HOUR_US, MINUTE_US, SECOND_US, day_start_us
from app.training.evening.history import DAYS, day_of
from app.training.evening.known_market import WEEKS, Shelf, Shop, build_shops, catalogue_of, rounded, sellers_of
from app.training.evening.reference import document_hash
from app.training.evening.wire import PLATFORM, Event, iso_at

FIRST_DAY: Final = date(2026, 10, 5)
"""A Monday; two weeks without campaign and payday follow."""
VERY_LOW: Final = 0.9
"""Cut sales under this share of the evening's price were a spell of L2 in the invented past."""
NEW: Final = 0.12
"""Share of products that were never sold before: no history."""


@dataclass(frozen=True, slots=True)
class KnownMarket:
    """A market in memory: its shops, reference tables, sealed past, true costs of everything sold and the events of each evening."""

    shops: tuple[Shop, ...]
    sellers: pl.DataFrame
    catalogue: pl.DataFrame
    costs: pl.DataFrame  # COSTS_SCHEMA, every product at every shop, as if all papers had been accepted
    history: pl.DataFrame
    evenings: tuple[tuple[Event, ...], ...]


def build_known_market(seed: int, *, sellers: int = 160, evenings: int = 14) -> KnownMarket:
    """The market of a seed; the same arguments give the same events."""
    made, past, nights = (np.random.default_rng([seed, stage]) for stage in (1, 2, 3))
    shops = build_shops(made, sellers)
    days = [FIRST_DAY + timedelta(days=n) for n in range(evenings)]
    return KnownMarket(
        shops,
        sellers_of(shops),
        catalogue_of(shops),
        costs_of(shops, FIRST_DAY),
        _history(past, shops, day_of(FIRST_DAY) - DAYS),
        tuple(tuple(e for s in shops if nights.random() < s.live_rate for e in _live(nights, s, day)) for day in days),
    )


def costs_of(shops: tuple[Shop, ...], day: date) -> pl.DataFrame:
    """One T1 row per product and week at every shop, from the first day of the history to the end of the evenings."""
    since = [day_start_us(day_of(day) - DAYS + 7 * week) for week in range(WEEKS + 1)]
    rows = [
        {
            "platform": PLATFORM,
            "seller_id": p.seller_id,
            "product_id": p.product_id,
            "category_id": p.category_id,
            "currency": "IDR",
            "tier": "T1",
            "cost_lo": cost,
            "cost_hi": cost,
            "valid_from_us": since[week],
            "valid_to_us": since[week + 1],
            "source": document_hash(p.seller_id, p.product_id, str(week), str(cost)),
        }
        for s in shops
        for p in s.shelf
        for week, cost in enumerate(p.costs)
    ]
    return pl.DataFrame(rows, schema=COSTS_SCHEMA)


def _asked(rng: np.random.Generator, shop: Shop, product: Shelf, week: int) -> tuple[int, int | None]:
    """Tonight's price and, by the shop's habit of cutting, the cut one; how deep never looks at the cost."""
    tonight = product.usual(week) * float(np.exp(rng.normal(0, shop.wander)))
    cut = tonight * float(np.exp(-rng.exponential(shop.cut_depth) - 0.02)) if rng.random() < shop.cut_share else None
    return rounded(tonight), None if cut is None else rounded(cut)


def _live(rng: np.random.Generator, shop: Shop, day: date) -> Iterator[Event]:
    """Every event of one shop's evening."""
    start = day_start_us(day_of(day)) + 19 * HOUR_US + int(rng.integers(0, 100 * 60)) * SECOND_US
    end = start + int(rng.integers(45, 85)) * MINUTE_US
    session = f"s-{day:%Y%m%d}-{shop.seller_id}"
    head = {"session_id": session}
    yield {"type": "session_started", "event_id": f"e-{session}-start", "occurred_at": iso_at(start), **head, "host_id": shop.seller_id}
    week = (day_of(day) - day_of(FIRST_DAY) + DAYS) // 7
    for product in shop.shelf:
        yield from _pair(rng, shop, product, session, (start, end), week)
    yield {"type": "session_ended", "event_id": f"e-{session}-end", "occurred_at": iso_at(end), **head}


def _pair(rng: np.random.Generator, shop: Shop, product: Shelf, session: str, span: tuple[int, int], week: int) -> Iterator[Event]:
    start, end = span
    price, cut = _asked(rng, shop, product, week)
    shown = start + int(rng.integers(5, 240)) * SECOND_US
    spans = [(shown, end, price)]
    if cut is not None:
        low = shown + int(rng.integers(4, 20)) * MINUTE_US
        high = low + int(rng.integers(8, 20)) * MINUTE_US
        spans = [(shown, low, price), (low, high, cut), (high, end, price)]
    for part, (begin, until, asked) in enumerate(spans):
        name = f"{session}-{product.product_id}-{part}"
        goods = _goods(session, product)
        shown_price = goods | {"price": asked, "platform_discount": 0, "seller_voucher": 0, "platform_voucher": 0}
        if (listed := product.list_price(week)) is not None:
            shown_price["list_price"] = listed
        yield {"type": "price", "event_id": f"e-{name}-p", "occurred_at": iso_at(begin), **shown_price}
        count = 1 + int(rng.poisson(0.6)) if asked == cut else int(rng.poisson(1.0))
        for number, at in enumerate(sorted(rng.integers(begin // SECOND_US + 1, until // SECOND_US, size=count).tolist())):
            money = {"price": asked, "quantity": 1 + int(rng.poisson(0.8)), "platform_discount_total": 0, "seller_voucher_total": 0}
            order = {"order_id": f"o-{name}-{number}", "line_id": "1", "status": "paid", "platform_voucher_total": 0}
            yield {"type": "sale", "event_id": f"e-{name}-s{number}", "occurred_at": iso_at(at * SECOND_US), **goods, **money, **order}


def _goods(session: str, product: Shelf) -> Event:
    return {
        "session_id": session,
        "seller_id": product.seller_id,
        "product_id": product.product_id,
        "category_id": product.category_id,
        "currency": "IDR",
    }


def _history(rng: np.random.Generator, shops: tuple[Shop, ...], first_day: int) -> pl.DataFrame:
    """SEALED_DAY_SCHEMA of the 28 days before, by the same habits: a day's mean price is part everyday price, part cut."""
    rows: list[dict[str, Any]] = []
    for shop in shops:
        on_air = np.flatnonzero(rng.random(DAYS) < shop.live_rate)
        for product in shop.shelf:
            if rng.random() < NEW:
                continue
            for day in on_air.tolist():
                price, cut = _asked(rng, shop, product, day // 7)
                units = 1 + int(rng.poisson(3.0))
                low = int(rng.binomial(units, 0.5)) if cut is not None else 0
                value = (price * (units - low) + (cut or 0) * low) * 1000
                listed = product.list_price(day // 7)
                # what the line would have called very low stays out of the clean sums, as it does from the first evening on
                clean = units - low if cut is not None and cut < VERY_LOW * price else units
                clean_value = price * clean * 1000 if clean < units else value
                row = _sealed(product, first_day + day, units * 1000, value, (min(price, cut or price), price), listed)
                rows.append(row | _clean(clean * 1000, clean_value, row["median_list"]))
    return pl.DataFrame(rows, schema=SEALED_DAY_SCHEMA).sort("day", "seller_id", "product_id")


def _sealed(product: Shelf, day: int, units: int, value: int, prices: tuple[int, int], listed: int | None) -> dict[str, Any]:
    sums = {"value_s": value, "value_b": value, "units_b": units, "median_list": None if listed is None else float(listed)}
    return {
        "platform": PLATFORM,
        "seller_id": product.seller_id,
        "product_id": product.product_id,
        "key": f"{PLATFORM}:{product.category_id}",
        "category_id": product.category_id,
        "currency": "IDR",
        "day": day,
        "units_milli": units,
        "sales": units // 1000,
        "below_units": 0,
        "low": prices[0],
        "high": prices[1],
        **sums,
    }


def _clean(units: int, value: int, listed: float | None) -> dict[str, Any]:
    sums = {"clean_units": units, "clean_value_s": value, "clean_value_b": value, "clean_units_b": units}
    return {**sums, "clean_median_list": listed if units else None}
