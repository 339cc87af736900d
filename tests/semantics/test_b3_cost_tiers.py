"""B3. A cost is documented, published, estimated or unknown; L4 needs a document."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.snapshot import empty_snapshot
from app.findings.wording import reasons
from tests.windows.rows import price, sale
from tests.worker.line import Closings, close, context, cost, snapshot

PAID = {"platform_discount": 0, "seller_voucher": 0}


def sold_at(paid: int, *costs: dict[str, Any], **claim: Any) -> Closings:
    of = snapshot(costs) if costs else empty_snapshot()
    return close([price(1, paid, **PAID, **claim), sale(5, paid)], 3, by=context(of))


@pytest.mark.parametrize(("tier", "level"), [("T1", 4), ("T2", 3), ("T3", 3)])
def test_the_same_price_under_the_same_number_is_l4_only_by_a_document(tier: str, level: int) -> None:
    """[An efficient seller is not guilty because an association's average is higher.]"""
    assert sold_at(45_000, cost(tier)).at(0)["legal_now"] == level


def test_without_any_cost_there_is_no_loss() -> None:
    assert sold_at(1).at(0)["legal_now"] == 0


@pytest.mark.parametrize(("paid", "level"), [(49_999, 4), (50_000, 3), (55_999, 3), (56_000, 0)])
def test_the_low_end_of_the_interval_decides_l4(paid: int, level: int) -> None:
    assert sold_at(paid, cost("T1", 50_000, 56_000)).at(0)["legal_now"] == level


@pytest.mark.parametrize(("source", "tier"), [("seller_declared", "T2"), ("invoice", "T2"), ("platform_estimate", "T3"), (None, "T3")])
def test_a_claim_in_an_event_is_never_a_document(source: str | None, tier: str) -> None:
    told = sold_at(45_000, unit_cost=53_000, cost_source=source)
    assert told.at(0)["legal_now"] == 3
    assert f'"tier":"{tier}"' in told.at(0)["text"]


def test_a_document_goes_before_the_claim_also_where_it_clears() -> None:
    assert sold_at(45_000, cost("T1", 40_000), unit_cost=53_000, cost_source="invoice").at(0)["legal_now"] == 0


def test_a_published_benchmark_is_worded_as_one() -> None:
    told = sold_at(45_000, cost("T2")).told[0]
    assert "below the published benchmark" in reasons(told.facts, told.judgement)["en"]
    documented = sold_at(45_000, cost("T1")).told[0]
    assert "published benchmark" not in reasons(documented.facts, documented.judgement)["en"]


def test_a_document_of_another_seller_proves_nothing_here() -> None:
    assert sold_at(45_000, cost("T1", seller_id="b")).at(0)["legal_now"] == 0
    assert sold_at(45_000, cost("T1", seller_id=None)).at(0)["legal_now"] == 0


def test_accepted_claims_are_documents_for_evaluation_only() -> None:
    claim = {"unit_cost": 53_000, "cost_source": "invoice"}
    told = close([price(1, 45_000, **PAID, **claim), sale(5, 45_000)], 3, by=context(snapshot([cost(product_id="z")], accept_costs=True)))
    assert told.at(0)["legal_now"] == 4
    assert "+accepted" in told.at(0)["text"]
