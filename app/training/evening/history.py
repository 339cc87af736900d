"""What was sold on the days before? Sealed daily summaries of the same market, in the schema that the store keeps."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl

from app.domain.days import SEALED_DAY_SCHEMA
from app.training.evening.market import STEP, Market, Product, Seller
from app.training.evening.promotions import honest
from app.training.evening.wire import PLATFORM

DAYS = 28
EPOCH_DAY = date(1970, 1, 1).toordinal()
SESSION_MINUTES = "session_minutes"
"""How long the seller's live of that day was: the column that older files of days do not have."""


def day_of(day: date) -> int:
    """Local day number (app.domain.time)."""
    return day.toordinal() - EPOCH_DAY


def _product_days(rng: np.random.Generator, seller: Seller, product: Product, first_day: int, on_air: np.ndarray) -> dict[str, Any]:
    """The days of one product, as columns. Nothing was ever sold under cost: the planted losses begin tonight."""
    floor = honest(0, product)
    units = rng.poisson(product.daily_units * rng.lognormal(0.0, 0.25, size=DAYS)).astype(np.int64)
    price = np.maximum(np.round(product.price * np.clip(rng.normal(1, 0.01, size=DAYS), 0.97, 1.03) / STEP) * STEP, floor).astype(np.int64)
    # one day in ten has a short promotion that takes a third of the day's units
    cut = np.maximum(np.round(price * 0.9 / STEP) * STEP, floor).astype(np.int64)
    promo = np.where(rng.random(DAYS) < 0.1, units // 3, 0)
    keep = on_air & (units > 0)
    value = (price * (units - promo) + cut * promo) * 1000
    return {
        "product_id": [product.product_id] * int(keep.sum()),
        "day": (first_day + np.arange(DAYS))[keep].tolist(),
        "units_milli": (units * 1000)[keep].tolist(),
        "value_s": value[keep].tolist(),
        "sales": np.maximum(1, (units / (1 + product.category.basket)).astype(np.int64))[keep].tolist(),
        "low": np.where(promo > 0, cut, price)[keep].tolist(),
        "high": price[keep].tolist(),
        "median_list": [float(product.list_price) if seller.sends_list else None] * int(keep.sum()),
    }


def _seller_days(rng: np.random.Generator, seller: Seller, first_day: int) -> list[pl.DataFrame]:
    """All products of a shop, on the days it was on air."""
    on_air = rng.random(DAYS) < seller.live_rate
    minutes = np.clip(rng.normal(seller.usual_minutes, 0.15 * seller.usual_minutes, size=DAYS), 30, 300).astype(np.int64)
    of_day = dict(zip(range(first_day, first_day + DAYS), minutes.tolist(), strict=True))
    frames: list[pl.DataFrame] = []
    for product in seller.products:
        days = _product_days(rng, seller, product, first_day, on_air)
        frame = pl.DataFrame(days, schema={c: SEALED_DAY_SCHEMA[c] for c in days})
        known = 1 if seller.sends_funding else 0
        frames.append(
            frame.with_columns(
                pl.lit(seller.seller_id).alias("seller_id"),
                pl.lit(product.category.category_id).alias("category_id"),
                (pl.col("units_milli") * known).alias("units_b"),
                (pl.col("value_s") * known).alias("value_b"),
                pl.Series(SESSION_MINUTES, [of_day[d] for d in days["day"]], dtype=pl.Int64),
            )
        )
    return frames


def history_of(rng: np.random.Generator, market: Market, day: date) -> pl.DataFrame:
    """The 28 days before `day`, one row per product and day with sales."""
    first_day = day_of(day) - DAYS
    rows = pl.concat([f for seller in market.sellers for f in _seller_days(rng, seller, first_day)])
    clean = {"units": "units_milli", "value_s": "value_s", "value_b": "value_b", "units_b": "units_b", "median_list": "median_list"}
    full = rows.with_columns(
        pl.lit(PLATFORM).alias("platform"),
        pl.format("{}:{}", pl.lit(PLATFORM), pl.col("category_id")).alias("key"),
        pl.lit("IDR").alias("currency"),
        pl.lit(0, dtype=pl.Int64).alias("below_units"),
        *[pl.col(source).alias(f"clean_{name}") for name, source in clean.items()],
    )
    typed = full.select(pl.col(c).cast(t) for c, t in SEALED_DAY_SCHEMA.items())
    return typed.sort("day", "seller_id", "product_id")
