"""What is an event row? The one wide frame schema that crosses intake -> log -> windows (DESIGN.md 3.1, SEMANTICS D8)."""

from __future__ import annotations

from typing import Final

import polars as pl

EVENT_SCHEMA_VERSION: Final = "2026-11"

EVENT_TYPES: Final = (
    "session_started",
    "price",
    "sale",
    "sale_changed",
    "session_status",
    "heartbeat",
    "session_ended",
)
CONTEXT_TYPES: Final = ("session_started", "session_status", "session_ended")
"""Copied to every partition as context (SEMANTICS D1)."""
PAIR_TYPES: Final = ("price", "sale", "sale_changed")

I64 = pl.Int64()
TEXT = pl.String()
FLAG = pl.Boolean()

ROW_SCHEMA: Final[dict[str, pl.DataType]] = {
    # who, what, when. Times are UTC microseconds; money is in the smallest traded unit; quantity in thousandths.
    "type": TEXT,
    "event_id": TEXT,
    "posting_platform": TEXT,  # from the key: with event_id the identity of the event (A2)
    "platform": TEXT,  # session_platform of the event, default posting_platform: pair, key, watermark (D1)
    "sender": TEXT,  # key_id of the API key: whom a heartbeat speaks for (C4)
    "occurred_us": I64,
    "received_us": I64,  # the door's stamp (C1)
    "arrival_us": I64,  # the event's own received_at where a file has one, else null (C2: replaces log time)
    "backfill": FLAG,
    "copy": FLAG,  # True on context rows copied to a partition that does not own the session: never counted (D10)
    "session_id": TEXT,
    "host_id": TEXT,
    "host_kind": TEXT,
    "host_tier": TEXT,
    "seller_id": TEXT,
    "product_id": TEXT,
    "category_id": TEXT,
    "variant_id": TEXT,
    "currency": TEXT,
    "price": I64,
    "list_price": I64,
    "platform_discount": I64,
    "seller_voucher": I64,
    "platform_voucher": I64,
    "unit_cost": I64,
    "cost_source": TEXT,  # seller_declared | invoice | platform_estimate | estimate
    "stock": I64,
    "offered": FLAG,
    "promotion_id": TEXT,
    "promotion_kind": TEXT,
    "promotion_starts_us": I64,
    "promotion_ends_us": I64,
    "promotion_announced_us": I64,
    "promotion_quota": I64,
    "promotion_funding": TEXT,
    "origin": TEXT,
    "fob_usd_cents": I64,
    "order_id": TEXT,
    "line_id": TEXT,
    "status": TEXT,
    "quantity_milli": I64,
    "platform_discount_total": I64,
    "seller_voucher_total": I64,
    "platform_voucher_total": I64,
    "commission_total": I64,
    "affiliate_total": I64,
    "payment_fee_total": I64,
    "seller_shipping_total": I64,
    "sold_us": I64,
    "reason": TEXT,
    "viewers": I64,
    "likes": I64,
    "extra": TEXT,  # unknown fields as JSON, at most 1 kB (D8)
}

CONTENT_COLUMNS: Final = tuple(c for c in ROW_SCHEMA if c not in {"sender", "received_us", "arrival_us", "backfill", "copy", "extra"})
"""Two rows with one (posting_platform, event_id) are one event iff these agree (A2)."""

SESSION = ("platform", "session_id")
PAIR = ("platform", "session_id", "seller_id", "product_id", "key")
"""What is judged. `key` = platform:category_id is part of a pair's identity (D1)."""


def empty_rows() -> pl.DataFrame:
    """A frame of ROW_SCHEMA with no rows."""
    return pl.DataFrame(schema=ROW_SCHEMA)


def key_expr() -> pl.Expr:
    """The partition key of a row: platform + ":" + category_id, product_id where category_id is missing (D1)."""
    return pl.concat_str(pl.col("platform"), pl.lit(":"), pl.coalesce("category_id", "product_id")).alias("key")
