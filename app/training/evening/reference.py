"""What do the papers say? The seller, cost and catalogue tables that go with an evening (columns of app.domain.snapshot)."""

from __future__ import annotations

import hashlib
from datetime import date

import polars as pl

from app.domain.snapshot import CATALOGUE_SCHEMA, COSTS_SCHEMA, SELLERS_SCHEMA
from app.domain.time import day_start_us
from app.training.evening.history import DAYS, day_of
from app.training.evening.market import Market, Product, Seller
from app.training.evening.wire import PLATFORM


def document_hash(*parts: str) -> str:
    """Stands for the hash of a cost paper; the papers of an invented market are invented too."""
    return "sha256:" + hashlib.sha256("|".join(("invented cost paper", *parts)).encode()).hexdigest()


def _seller_row(seller: Seller, dated: str) -> dict[str, object]:
    source = {"known": "invented business register", "declared": "invented declaration", "unknown": None}[seller.size_status]
    return {
        "platform": PLATFORM,
        "seller_id": seller.seller_id,
        "size_class": seller.size_class,
        "size_status": seller.size_status,
        "size_source": source,
        "size_dated": dated if source else None,
        "owner_group": seller.owner_group,
        "owner_size_class": seller.owner_size_class,
        "role": seller.role,
        "province": seller.province,
    }


def _cost_row(product: Product, valid_from_us: int) -> dict[str, object]:
    return {
        "platform": PLATFORM,
        "seller_id": product.seller_id,
        "product_id": product.product_id,
        "category_id": product.category.category_id,
        "currency": "IDR",
        "tier": "T1",
        "cost_lo": product.cost,
        "cost_hi": product.cost,
        "valid_from_us": valid_from_us,
        "valid_to_us": None,
        "source": document_hash(product.seller_id, product.product_id, str(product.cost)),
    }


def _catalogue_row(product: Product) -> dict[str, object]:
    return {
        "platform": PLATFORM,
        "product_id": product.product_id,
        "category_id": product.category.category_id,
        "match_group": product.match_group,
        "match_score": product.match_score,
        "shelf_life_days": None,
        "shelf_life_source": None,
        "name": product.name,
    }


def sellers_table(market: Market, day: date) -> pl.DataFrame:
    """Size and control of every seller, as far as they are known."""
    dated = day.replace(day=1).isoformat()
    return pl.DataFrame([_seller_row(s, dated) for s in market.sellers], schema=SELLERS_SCHEMA)


def costs_table(market: Market, day: date) -> pl.DataFrame:
    """Accepted cost papers (T1) of the shops that have handed them in, valid since the history begins."""
    since = day_start_us(day_of(day) - DAYS)
    rows = [_cost_row(p, since) for s in market.sellers if s.documented for p in s.products]
    return pl.DataFrame(rows, schema=COSTS_SCHEMA)


def catalogue_table(market: Market) -> pl.DataFrame:
    """Names and matches of every product."""
    return pl.DataFrame([_catalogue_row(p) for s in market.sellers for p in s.products], schema=CATALOGUE_SCHEMA)
