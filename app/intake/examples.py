"""What does a good event look like? The worked examples of the contract, posted as they stand by a test."""

from __future__ import annotations

from typing import Any, Final

_PRODUCT: Final = {"session_id": "s-77", "seller_id": "toko-1", "product_id": "p-9", "category_id": "kids-tshirt", "currency": "IDR"}

SESSION_STARTED: Final[dict[str, Any]] = {
    "type": "session_started",
    "event_id": "e-1",
    "occurred_at": "2026-11-11T19:59:58.120+07:00",
    "session_id": "s-77",
    "host_id": "h-5",
    "host_kind": "affiliate",
    "host_tier": "celebrity",
}
PRICE: Final[dict[str, Any]] = {
    "type": "price",
    "event_id": "e-2",
    "occurred_at": "2026-11-11T20:00:01.000+07:00",
    **_PRODUCT,
    "price": 45000,
    "list_price": 60000,
    "platform_discount": 0,
    "seller_voucher": 0,
    "unit_cost": 53000,
    "cost_source": "seller_declared",
    "stock": 120,
    "promotion_kind": "flash_sale",
    "promotion_quota": 50,
    "promotion_ends_at": "2026-11-11T20:20:00+07:00",
    "origin": "domestic",
}
SALE: Final[dict[str, Any]] = {
    "type": "sale",
    "event_id": "e-3",
    "occurred_at": "2026-11-11T20:00:07.450+07:00",
    **_PRODUCT,
    "order_id": "o-1",
    "line_id": "1",
    "status": "paid",
    "price": 45000,
    "quantity": 3,
    "platform_discount_total": 0,
    "seller_voucher_total": 0,
    "platform_voucher_total": 10000,
    "commission_total": 6750,
}
SALE_CHANGED: Final[dict[str, Any]] = {
    "type": "sale_changed",
    "event_id": "e-4",
    "occurred_at": "2026-11-11T20:31:00.000+07:00",
    **_PRODUCT,
    "order_id": "o-1",
    "line_id": "1",
    "sold_at": "2026-11-11T20:00:07.450+07:00",
    "status": "cancelled",
    "price": 45000,
    "quantity": 3,
    "platform_discount_total": 0,
    "seller_voucher_total": 0,
    "platform_voucher_total": 10000,
}
SESSION_STATUS: Final[dict[str, Any]] = {
    "type": "session_status",
    "event_id": "e-5",
    "occurred_at": "2026-11-11T20:05:00.000+07:00",
    "session_id": "s-77",
    "viewers": 18250,
    "likes": 40120,
}
HEARTBEAT: Final[dict[str, Any]] = {"type": "heartbeat", "event_id": "e-6", "occurred_at": "2026-11-11T20:05:30.000+07:00"}
SESSION_ENDED: Final[dict[str, Any]] = {
    "type": "session_ended",
    "event_id": "e-7",
    "occurred_at": "2026-11-11T21:30:00.000+07:00",
    "session_id": "s-77",
}
ALL: Final = (SESSION_STARTED, PRICE, SALE, SALE_CHANGED, SESSION_STATUS, HEARTBEAT, SESSION_ENDED)
