"""What is known of the made-up sellers before their live? Sizes, cost papers, catalogue, calendar and 28 sealed days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

import numpy as np
import polars as pl

from app.domain.days import SEALED_DAY_SCHEMA
from app.domain.snapshot import CALENDAR_SCHEMA, CATALOGUE_SCHEMA, COSTS_SCHEMA, SELLERS_SCHEMA, Snapshot, empty_snapshot
from app.domain.time import day_start_us
from app.training.look_alikes.stage import DOUBLE_DAY, PAYDAY, PLATFORM, TUESDAY, Goods, Live, days_of_past

USUAL_MINUTES: Final = 50
"""How long the shops' lives of the days before were."""
REST: Final = 7
"""The shop has a day off in so many days."""
CALENDAR: Final = [{"day": PAYDAY, "campaign": "payday"}, {"day": DOUBLE_DAY, "campaign": "11.11"}]


def snapshot_of(lives: Iterable[Live], alpha_open: float = 0.01) -> Snapshot:
    """Every seller large and known, every cost accepted (T1), shelf lives and matches in the catalogue."""
    sold = list({(g.seller_id, g.product_id): g for g in _all_goods(lives)}.values())
    sellers = [_seller(name) for name in dict.fromkeys([g.seller_id for g in sold] + [s for g in sold for s, _, _ in _rivals(g)])]
    catalogue = [row for g in sold for row in _catalogue(g)]
    return replace(
        empty_snapshot(),
        sellers=pl.DataFrame(sellers, schema=SELLERS_SCHEMA),
        costs=pl.DataFrame([_cost(g) for g in sold], schema=COSTS_SCHEMA),
        catalogue=pl.DataFrame(catalogue, schema=CATALOGUE_SCHEMA),
        calendar=pl.DataFrame(CALENDAR, schema=CALENDAR_SCHEMA),
        senders={PLATFORM: ()},
        alpha_open=alpha_open,
    )


def history_of(rng: np.random.Generator, lives: Iterable[Live]) -> pl.DataFrame:
    """SEALED_DAY_SCHEMA: the 28 days before each product's first live."""
    first: dict[tuple[str, str], tuple[int, Goods]] = {}
    for live in lives:
        for pair in live.pairs:
            name = (pair.goods.seller_id, pair.goods.product_id)
            if name not in first or live.day < first[name][0]:
                first[name] = (live.day, pair.goods)
    rows: list[dict[str, Any]] = []
    for day, goods in first.values():
        rows.extend(_past(rng, goods, day))
    frame = pl.DataFrame(rows, schema={"day": pl.Int64(), "units": pl.Int64(), "price": pl.Int64(), "list": pl.Float64(), **_NAMES})
    return _sealed(frame)


_NAMES: Final = {"seller_id": pl.String(), "product_id": pl.String(), "category_id": pl.String()}


def _all_goods(lives: Iterable[Live]) -> Iterable[Goods]:
    return (pair.goods for live in lives for pair in live.pairs)


def _seller(name: str) -> dict[str, Any]:
    known = {"size_class": "large", "size_status": "known", "size_source": "invented business register", "size_dated": "2026-01-31"}
    return {"platform": PLATFORM, "seller_id": name, "owner_group": f"grup-{name}", "owner_size_class": "large", **known}


def _cost(goods: Goods) -> dict[str, Any]:
    return {
        "platform": PLATFORM,
        "seller_id": goods.seller_id,
        "product_id": goods.product_id,
        "currency": "IDR",
        "tier": "T1",
        "cost_lo": goods.cost_lo,
        "cost_hi": goods.cost_hi,
        "valid_from_us": day_start_us(TUESDAY - 60),
        "source": "sha256:invented cost paper",
    }


def _rivals(goods: Goods) -> list[tuple[str, str, int]]:
    """(seller, product, price) of the other owners of matched products."""
    return [(f"pesaing-{goods.product_id}-{n}", f"{goods.product_id}-r{n}", price) for n, price in enumerate(goods.rivals)]


def _catalogue(goods: Goods) -> list[dict[str, Any]]:
    source = "analyst, from the package" if goods.shelf_life_days is not None else None
    shelf = {"shelf_life_days": goods.shelf_life_days, "shelf_life_source": source}
    match = {"match_group": f"m-{goods.product_id}", "match_score": 0.95} if goods.rivals else {}
    base = {"platform": PLATFORM, "category_id": goods.category_id}
    own = {**base, "product_id": goods.product_id, **shelf, **match}
    return [own] + [{**base, "product_id": product, **match} for _, product, _ in _rivals(goods)]


def _past(rng: np.random.Generator, goods: Goods, first_live: int) -> Iterable[dict[str, Any]]:
    days = days_of_past(first_live)
    names = {"category_id": goods.category_id, "list": float(goods.list_price)}
    own = {"seller_id": goods.seller_id, "product_id": goods.product_id, **names}
    off = int(rng.integers(REST))
    counts = rng.poisson(goods.daily, size=len(days)).tolist()
    for place, (day, units) in enumerate(zip(days, counts, strict=True)):
        if day % REST == off or not units:
            continue
        if goods.past:
            factor = goods.past[(place - len(days)) % len(goods.past)]
            yield {**own, "day": day, "units": units, "price": round(goods.usual * factor)}
        other = {"seller_id": goods.seller_id, "product_id": f"{goods.product_id}-lain", "category_id": "kategori-lain", "list": None}
        yield {**other, "day": day, "units": goods.elsewhere, "price": 50_000}
        for seller, product, price in _rivals(goods):
            yield {"seller_id": seller, "product_id": product, **names, "day": day, "units": max(1, units // 2), "price": price}


def _sealed(rows: pl.DataFrame) -> pl.DataFrame:
    value = (pl.col("price").cast(pl.Int128) * pl.col("units") * 1000).alias("value_s")
    frame = rows.with_columns(
        pl.lit(PLATFORM).alias("platform"),
        pl.format("{}:{}", pl.lit(PLATFORM), pl.col("category_id")).alias("key"),
        pl.lit("IDR").alias("currency"),
        (pl.col("units") * 1000).alias("units_milli"),
        value,
        value.alias("value_b"),
        pl.col("units").alias("sales"),
        pl.lit(0, pl.Int64).alias("below_units"),
        pl.col("price").alias("low"),
        pl.col("price").alias("high"),
        pl.col("list").alias("median_list"),
        pl.lit(USUAL_MINUTES, pl.Int64).alias("session_minutes"),
    ).with_columns(pl.col("units_milli").alias("units_b"))
    clean = {"units": "units_milli", "value_s": "value_s", "value_b": "value_b", "units_b": "units_b", "median_list": "median_list"}
    full = frame.with_columns([pl.col(source).alias(f"clean_{name}") for name, source in clean.items()])
    return full.select([pl.col(c).cast(t) for c, t in SEALED_DAY_SCHEMA.items()]).sort("day", "seller_id", "product_id")
