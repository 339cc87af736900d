"""Which lines can a reader try? A sale under its own declared cost, its cancellation, and what the service says in between."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from app.demo.samples import LIVE

SELLER: Final = "toko-coba"
PRODUCT: Final = "p-coba"
_PAIR: Final = {"session_id": "coba-$S", "seller_id": SELLER, "product_id": PRODUCT, "category_id": "frying-pan", "currency": "IDR"}
_FUNDING: Final = {"platform_discount_total": 0, "seller_voucher_total": 0, "platform_voucher_total": 0}
_SALE: Final = {**_PAIR, "order_id": "nota-$S", "line_id": "1", "price": 45000, "quantity": 3, **_FUNDING}


@dataclass(frozen=True, slots=True)
class Lines:
    """Shell lines, to be run in one shell one after the other; they can be repeated."""

    sale: str
    cancelled: str
    read: str


def lines(url: str, sandbox_key: str) -> Lines:
    """The lines with a ready key inside. A sandbox key touches nobody's figures (A6)."""
    head = f"curl -sS -w '\\n' -H 'Authorization: Bearer {sandbox_key}'"
    body = f"{head} -H 'Content-Type: application/json' {url}/v1/events -d"
    sold = f"S=$(date +%s) T=$(date -u +%FT%TZ); {body} {_quoted(_sold())}"
    path = f"{url}/v1/sessions/sandbox-{LIVE}:coba-$S/products?include=provisional"
    return Lines(sold, f"{body} {_quoted([_cancelled()])}", f'{head} "{path}"')


def _sold() -> list[dict[str, Any]]:
    price = {**_PAIR, "price": 45000, "list_price": 60000, "platform_discount": 0, "seller_voucher": 0}
    claim = {"unit_cost": 53000, "cost_source": "seller_declared"}
    return [
        {
            "type": "session_started",
            "event_id": "a-$S",
            "occurred_at": "$T",
            "session_id": "coba-$S",
            "host_id": SELLER,
            "host_kind": "seller",
        },
        {"type": "price", "event_id": "b-$S", "occurred_at": "$T", **price, **claim},
        {"type": "sale", "event_id": "c-$S", "occurred_at": "$T", **_SALE, "status": "paid"},
    ]


def _cancelled() -> dict[str, Any]:
    now = "$(date -u +%FT%TZ)"
    return {"type": "sale_changed", "event_id": "d-$S", "occurred_at": now, "sold_at": "$T", **_SALE, "status": "cancelled"}


def _quoted(events: list[dict[str, Any]]) -> str:
    """JSON inside double quotes, so that the shell fills in $S, $T and the date."""
    text = json.dumps(events, separators=(",", ":"))
    return '"' + text.replace('"', '\\"') + '"'
