"""B4. Prices and costs are compared in one currency only. There is no rate table yet: another currency's cost is no cost."""

from __future__ import annotations

from tests.semantics.posted import event, post
from tests.windows.rows import price, sale
from tests.worker.line import close, context, cost, snapshot

PAID = {"platform_discount": 0, "seller_voucher": 0}


def test_a_cost_in_another_currency_is_not_compared_as_if_it_were_rupiah() -> None:
    """[45,000 rupiah under a cost of 53,000 yuan cents would be L4 by the bare numbers.]"""
    rows = [price(1, 45_000, **PAID), sale(5, 45_000)]
    assert close(rows, 3, by=context(snapshot([cost(currency="CNY")]))).at(0)["legal_now"] == 0
    assert close(rows, 3, by=context(snapshot([cost(currency="IDR")]))).at(0)["legal_now"] == 4
    yuan = [r | {"currency": "CNY"} for r in rows]
    assert close(yuan, 3, by=context(snapshot([cost(currency="CNY")]))).at(0)["legal_now"] == 4


def test_cents_at_the_factory_gate_are_an_integer() -> None:
    assert post([event("price", "00:01", "1", price=1, fob_usd_cents=325)]).rows["fob_usd_cents"].to_list() == [325]
    assert post([event("price", "00:01", "1", price=1, fob_usd_cents=3.25)]).refused


def test_a_currency_that_is_none_is_refused() -> None:
    assert post([event("price", "00:01", "1", price=1, currency="RPX")]).refused
