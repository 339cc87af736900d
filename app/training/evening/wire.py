"""How does a fact look on the wire? Moments as ISO text of Jakarta, price and sale fields as the door takes them (DESIGN 3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from app.domain.time import SECOND_US
from app.training.evening.prices import Segment
from app.training.evening.promotions import Promotion
from app.training.evening.sessions import Slot

Event = dict[str, Any]
PLATFORM = "pasar-live"
WIB = timezone(timedelta(hours=7))


@dataclass(frozen=True, slots=True)
class Posted:
    """An event with its moment as a number, for sorting and delays."""

    at_us: int
    event: Event


def iso_at(us: int, zone: timezone = WIB) -> str:
    """RFC 3339 with milliseconds and the offset of the place."""
    moment = datetime.fromtimestamp(us // SECOND_US, UTC).astimezone(zone)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{us % SECOND_US // 1000:03d}{moment:%z}"[:-2] + ":00"


def _goods(slot: Slot) -> Event:
    return {
        "seller_id": slot.product.seller_id,
        "product_id": slot.product.product_id,
        "category_id": slot.product.category.category_id,
        "currency": "IDR",
    }


def promotion_fields(promotion: Promotion | None) -> Event:
    """The promotion's known facts; what is not known is left out."""
    if promotion is None:
        return {}
    fields: Event = {
        "promotion_id": promotion.promotion_id,
        "promotion_kind": promotion.kind,
        "promotion_starts_at": iso_at(promotion.starts_us),
        "promotion_ends_at": iso_at(promotion.ends_us),
        "promotion_announced_at": None if promotion.announced_us is None else iso_at(promotion.announced_us),
        "promotion_quota": promotion.quota,
        "promotion_funding": promotion.funding,
    }
    return {k: v for k, v in fields.items() if v is not None}


def price_fields(slot: Slot, segment: Segment, stock: int) -> Event:
    """Everything but type, id and moment of a price event."""
    fields = _goods(slot) | {"price": segment.price, "stock": stock}
    if slot.seller.sends_list:
        fields["list_price"] = slot.product.list_price
    if slot.seller.sends_funding:
        fields |= {"platform_discount": segment.platform_discount, "seller_voucher": segment.seller_voucher, "platform_voucher": 0}
    if slot.seller.claims_cost:
        fields |= {"unit_cost": slot.product.cost, "cost_source": "seller_declared"}
    return fields | promotion_fields(segment.promotion) | {"origin": "domestic"}


def money_fields(slot: Slot, segment: Segment, units: int, platform_voucher: int) -> Event:
    """Price, quantity and the funding totals of a line or of its change."""
    fields = _goods(slot) | {"price": segment.price, "quantity": units}
    if slot.seller.sends_funding:
        fields |= {
            "platform_discount_total": segment.platform_discount * units,
            "seller_voucher_total": segment.seller_voucher * units,
            "platform_voucher_total": platform_voucher,
        }
    return fields
