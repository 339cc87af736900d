"""Which fields may an event carry? One table: name, kind, the event types that may and must have it, its column."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.domain.events import CONTEXT_TYPES, EVENT_TYPES, PAIR_TYPES


class Kind(StrEnum):
    """How a value is written."""

    TYPE = "type"
    ID = "id"
    TEXT = "text"
    CURRENCY = "currency"
    STATUS = "status"
    COST_SOURCE = "cost_source"
    PROMOTION = "promotion"
    TIME = "time"
    MONEY = "money"
    COUNT = "count"
    QUANTITY = "quantity"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `column`: where ROW_SCHEMA keeps it."""

    name: str
    kind: Kind
    allowed: frozenset[str]
    required: frozenset[str]
    column: str


COST_SOURCES: Final = ("seller_declared", "invoice", "platform_estimate", "estimate")
PROMOTION_KINDS: Final = ("flash_sale", "clearance", "payday", "campaign", "introductory", "bundle", "other")
SALE_STATUSES: Final = ("placed", "paid", "cod")
CHANGE_STATUSES: Final = ("cancelled", "returned", "refunded", "paid")
INTEGERS: Final = (Kind.MONEY, Kind.COUNT)

_ALL: Final = frozenset(EVENT_TYPES)
_IN_SESSION: Final = frozenset((*CONTEXT_TYPES, *PAIR_TYPES))
_PAIR: Final = frozenset(PAIR_TYPES)
_START: Final = frozenset({"session_started"})
_OFFER: Final = frozenset({"price", "sale"})
_PRICE: Final = frozenset({"price"})
_LINE: Final = frozenset({"sale", "sale_changed"})
_CHANGE: Final = frozenset({"sale_changed"})
_AUDIENCE: Final = frozenset({"session_status"})
_NONE: Final[frozenset[str]] = frozenset()
_COLUMNS: Final = {
    "session_platform": "platform",
    "occurred_at": "occurred_us",
    "received_at": "arrival_us",
    "sold_at": "sold_us",
    "promotion_starts_at": "promotion_starts_us",
    "promotion_ends_at": "promotion_ends_us",
    "promotion_announced_at": "promotion_announced_us",
    "quantity": "quantity_milli",
}


def _fields(kind: Kind, allowed: frozenset[str], required: frozenset[str], *names: str) -> list[Field]:
    return [Field(name, kind, allowed, required, _COLUMNS.get(name, name)) for name in names]


_TABLE: Final = (
    *_fields(Kind.TYPE, _ALL, _ALL, "type"),
    *_fields(Kind.ID, _ALL, _ALL, "event_id"),
    *_fields(Kind.TIME, _ALL, _ALL, "occurred_at"),
    *_fields(Kind.TIME, _ALL, _NONE, "received_at"),
    *_fields(Kind.ID, _ALL, _NONE, "session_platform"),
    *_fields(Kind.ID, _IN_SESSION, _IN_SESSION, "session_id"),
    *_fields(Kind.ID, _START, _NONE, "host_id", "host_kind", "host_tier"),
    *_fields(Kind.ID, _PAIR, _PAIR, "seller_id", "product_id"),
    *_fields(Kind.ID, _PAIR, _NONE, "category_id", "variant_id"),
    *_fields(Kind.CURRENCY, _PAIR, _PAIR, "currency"),
    *_fields(Kind.MONEY, _PAIR, _PAIR, "price"),
    *_fields(Kind.MONEY, _OFFER, _NONE, "list_price", "unit_cost", "fob_usd_cents"),
    *_fields(Kind.COST_SOURCE, _OFFER, _NONE, "cost_source"),
    *_fields(Kind.COUNT, _OFFER, _NONE, "stock", "promotion_quota"),
    *_fields(Kind.ID, _OFFER, _NONE, "promotion_id", "promotion_funding", "origin"),
    *_fields(Kind.PROMOTION, _OFFER, _NONE, "promotion_kind"),
    *_fields(Kind.TIME, _OFFER, _NONE, "promotion_starts_at", "promotion_ends_at", "promotion_announced_at"),
    *_fields(Kind.MONEY, _PRICE, _NONE, "platform_discount", "seller_voucher", "platform_voucher"),
    *_fields(Kind.FLAG, _PRICE, _NONE, "offered"),
    *_fields(Kind.QUANTITY, _LINE, _LINE, "quantity"),
    *_fields(Kind.ID, _LINE, _NONE, "order_id", "line_id"),
    *_fields(Kind.STATUS, _LINE, _CHANGE, "status"),
    *_fields(Kind.MONEY, _LINE, _NONE, "platform_discount_total", "seller_voucher_total", "platform_voucher_total"),
    *_fields(Kind.MONEY, _LINE, _NONE, "commission_total", "affiliate_total", "payment_fee_total", "seller_shipping_total"),
    *_fields(Kind.TIME, _CHANGE, _CHANGE, "sold_at"),
    *_fields(Kind.TEXT, _CHANGE, _NONE, "reason"),
    *_fields(Kind.COUNT, _AUDIENCE, _NONE, "viewers", "likes"),
)
FIELDS: Final = {field.name: field for field in _TABLE}


def names_of(*kinds: Kind) -> list[str]:
    """The fields of these kinds."""
    return [field.name for field in FIELDS.values() if field.kind in kinds]
