"""What is known beside the ticks? Wholesale costs as accepted papers, shelf life of fresh goods, the shop, and the truth."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

import polars as pl

from app.domain.snapshot import CATALOGUE_SCHEMA, COSTS_SCHEMA, SELLERS_SCHEMA
from app.domain.time import DAY_US
from app.training.tills import CURRENCY, PLATFORM, SELLER, Tick, day_us, session_of
from app.training.truth import judge, ledgers

SHELF_LIFE_DAYS: Final = 3
SHELF_LIFE_SOURCE: Final = (
    "problem statement of the data set (2023 national undergraduate modelling contest, problem C): most fresh vegetables "
    "cannot be sold the day after; entered as 3 days for the demonstration"
)


def day_costs(ticks: Iterable[Tick]) -> dict[tuple[str, str], int]:
    """(day, item) -> wholesale cost of that day; refused if a day knows two."""
    found: dict[tuple[str, str], int] = {}
    for tick in ticks:
        if found.setdefault((tick.day, tick.item), tick.cost) != tick.cost:
            raise ValueError(f"two wholesale costs of {tick.item} on {tick.day}")
    return found


def costs_table(ticks: list[Tick], categories: Mapping[str, tuple[str, str, str]]) -> pl.DataFrame:
    """The interval [c, c] of each item and day, valid for that day of the till's clock."""
    rows = [
        {
            "platform": PLATFORM,
            "seller_id": SELLER,
            "product_id": item,
            "category_id": categories[item][1],
            "currency": CURRENCY,
            "tier": "T1",
            "cost_lo": cost,
            "cost_hi": cost,
            "valid_from_us": day_us(day),
            "valid_to_us": day_us(day) + DAY_US,
            "source": "sha256:" + hashlib.sha256(f"wholesale price list|{day}|{item}|{cost}".encode()).hexdigest(),
        }
        for (day, item), cost in sorted(day_costs(ticks).items())
    ]
    return pl.DataFrame(rows, schema=COSTS_SCHEMA)


def catalogue_table(ticks: list[Tick], categories: Mapping[str, tuple[str, str, str]]) -> pl.DataFrame:
    """The fresh categories with their shelf life, then every item with the same."""
    items = sorted({t.item for t in ticks})
    groups = sorted({categories[i][1:] for i in items})
    fresh = {"platform": PLATFORM, "shelf_life_days": SHELF_LIFE_DAYS, "shelf_life_source": SHELF_LIFE_SOURCE}
    rows: list[dict[str, Any]] = [{**fresh, "product_id": None, "category_id": number, "name": name} for number, name in groups]
    rows += [{**fresh, "product_id": i, "category_id": categories[i][1], "name": categories[i][0]} for i in items]
    return pl.DataFrame(rows, schema=CATALOGUE_SCHEMA)


def sellers_table() -> pl.DataFrame:
    """One shop whose size nobody has established."""
    return pl.DataFrame([{"platform": PLATFORM, "seller_id": SELLER, "size_status": "unknown", "role": "reseller"}], schema=SELLERS_SCHEMA)


def till_truth(ticks: list[Tick], events: list[dict[str, Any]], categories: Mapping[str, tuple[str, str, str]]) -> list[dict[str, Any]]:
    """One row per (day, item): was a one-minute window sold under that day's wholesale cost?"""
    found = ledgers(events)
    rows: list[dict[str, Any]] = []
    for (day, item), cost in sorted(day_costs(ticks).items()):
        verdict = judge(found[session_of(day), SELLER, item], cost)
        rows.append(
            {
                "platform": PLATFORM,
                "session_id": session_of(day),
                "seller_id": SELLER,
                "product_id": item,
                "category_id": categories[item][1],
                "kind": "real_clearance" if verdict.below else "real",
                "planted": False,
                "below_cost": verdict.below,
                "below_cost_at_sale": verdict.below_at_sale,
                "cost": cost,
                "windows": verdict.windows,
                "windows_below": verdict.windows_below,
                "first_below_pane": verdict.first_below_pane,
                "depth": verdict.deepest,
                "expected_min_severity": "LOW" if verdict.below else "NONE",
                "expected_max_severity": "LOW",
                "why": "clearance of perishables: sold at a loss, not predatory (D2)" if verdict.below else "never under wholesale cost",
            }
        )
    return rows
