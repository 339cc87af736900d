"""How soon is a sale under cost seen? Provisionally within two seconds, at most L3, only when asked for, gone with the sale (E4)."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from app.domain.levels import Role
from tests.e2e.house import Service, until

SECONDS = 2.0


class Shop:
    """One live session of a seller on `lapak`, posted and read with the platform's own key."""

    def __init__(self, client: httpx2.Client) -> None:
        self.client = client
        self.session = f"s-{uuid.uuid4().hex[:8]}"
        self.now = datetime.now(UTC).isoformat()

    def post(self, *events: dict[str, Any]) -> float:
        """Post events of the session; the moment they were acknowledged."""
        body = [{"event_id": uuid.uuid4().hex, "occurred_at": self.now, "session_id": self.session} | e for e in events]
        answer = self.client.post("/v1/events", json=body)
        assert (answer.status_code, answer.json()["accepted"]) == (202, len(events)), answer.text
        return time.monotonic()

    def sells(self, product: str, price: int = 45_000, **more: Any) -> float:
        pair = self.pair(product) | {"price": price}
        offer = {"type": "price", "list_price": 60_000, "platform_discount": 0, "seller_voucher": 0, **more}
        totals = {"platform_discount_total": 0, "seller_voucher_total": 0}
        return self.post(pair | offer, pair | totals | {"type": "sale", "quantity": 2, "status": "paid"})

    def cancels(self, product: str, price: int = 45_000) -> float:
        change = {"type": "sale_changed", "sold_at": self.now, "quantity": 2, "price": price, "status": "cancelled"}
        return self.post(self.pair(product) | change | {"platform_discount_total": 0, "seller_voucher_total": 0})

    def pair(self, product: str) -> dict[str, Any]:
        return {"seller_id": "toko-1", "product_id": product, "category_id": "shirt", "currency": "IDR"}

    def products(self, **query: str) -> list[dict[str, Any]]:
        answer = self.client.get(f"/v1/sessions/lapak:{self.session}/products", params=query)
        return answer.json()["items"] if answer.is_success else []

    def early(self, product: str) -> dict[str, Any] | None:
        """The provisional judgement of a product, if there is one."""
        found = self.products(include="provisional", product_id=product)
        return found[0]["provisional"] if found else None

    def level(self, product: str) -> int | None:
        found = self.early(product)
        return None if found is None else found["level"]


@pytest.fixture(scope="module")
def client(live: Service) -> Iterator[httpx2.Client]:
    with live.client(live.key(Role.PLATFORM, "lapak")) as opened:
        yield opened


@pytest.fixture
def shop(client: httpx2.Client) -> Shop:
    return Shop(client)


def within(began: float, said: Any, what: str) -> None:
    until(said, max(0.0, began + SECONDS - time.monotonic()), what)


def test_a_sale_under_its_declared_cost_is_l3_and_its_cancellation_l0(shop: Shop) -> None:
    sold = shop.sells("p-1", unit_cost=53_000, cost_source="seller_declared")
    within(sold, lambda: shop.level("p-1") == 3, "provisional L3")
    seen = shop.early("p-1")
    assert seen is not None
    assert (seen["provisional"], seen["cost"]["tier"], seen["cost"]["lo"], seen["figures"]["w1"]["units"]) == (True, "T2", 53_000, "2.000")
    assert "finding_id" not in seen
    cancelled = shop.cancels("p-1")
    within(cancelled, lambda: shop.level("p-1") == 0, "provisional L0")


def test_it_is_hidden_unless_asked_for(shop: Shop) -> None:
    sold = shop.sells("p-2", unit_cost=53_000, cost_source="seller_declared")
    within(sold, lambda: shop.level("p-2") == 3, "provisional L3")
    assert shop.products() == []
    assert shop.client.get(f"/v1/sessions/lapak:{shop.session}").json()["flagged"] is False


def test_a_documented_cost_is_still_l3_before_the_pane_closes(shop: Shop) -> None:
    sold = shop.sells("p-t1")
    within(sold, lambda: shop.early("p-t1") is not None, "a provisional judgement")
    seen = shop.early("p-t1")
    assert seen is not None
    assert (seen["cost"]["tier"], seen["cost"]["lo"], seen["level"], seen["legal_now"]) == ("T1", 53_000, 3, 3)


def test_a_fair_sale_is_l0(shop: Shop) -> None:
    sold = shop.sells("p-3", 58_000, unit_cost=53_000, cost_source="seller_declared")
    within(sold, lambda: shop.level("p-3") == 0, "provisional L0")


def test_nothing_provisional_becomes_a_finding(shop: Shop, live: Service) -> None:
    sold = shop.sells("p-t1")
    within(sold, lambda: shop.level("p-t1") == 3, "provisional L3")
    with live.client(live.key(Role.ANALYST, "lapak")) as analyst:
        assert analyst.get("/v1/findings", params={"level": 1}).json()["items"] == []
        assert analyst.get("/v1/cases").json()["items"] == []
