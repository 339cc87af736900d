"""A4. A seller's size is known, declared or unknown; unknown neither exempts nor refers: at most MEDIUM, with a task."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.levels import Severity
from app.law.judge import Judgement
from tests.windows.rows import price, sale
from tests.worker.line import LARGE, close, context, snapshot

FUNDED = {"platform_discount": 0, "seller_voucher": 0}
LOSS = [e for m in range(40) for e in (price(60 * m, 45_000, **FUNDED), sale(60 * m + 5, 45_000))]
"""Forty minutes under cost: L4 lasting, HIGH where nothing caps it."""


def judged(*sellers: dict[str, Any]) -> Judgement:
    last = close(LOSS, 6 * 41, by=context(snapshot(sellers=sellers))).told[-1]
    assert last.state.level == 4
    return last.judgement


def seller(**fields: Any) -> dict[str, Any]:
    return LARGE | fields


UNKNOWN = seller(size_class=None, size_status="unknown")
SMALL = seller(size_class="small")


def test_a_large_seller_of_known_size_is_not_capped() -> None:
    found = judged(seller())
    assert (found.severity, found.caps) == (Severity.HIGH, ())
    assert found.may_approve


@pytest.mark.parametrize("unknown", [UNKNOWN, {"platform": "p", "seller_id": "nobody"}], ids=["entered as unknown", "not in the table"])
def test_unknown_neither_exempts_nor_refers(unknown: dict[str, Any]) -> None:
    """[Taken for large, two million small sellers are referable; taken for small, everyone unknown is free.]"""
    found = judged(unknown)
    assert found.severity == Severity.MEDIUM
    assert not found.exemption.exempt
    assert [c.task.en for c in found.caps] == ["establish size and owner"]
    assert found.may_propose
    assert not found.may_approve


def test_a_known_small_seller_is_exempt() -> None:
    found = judged(seller(size_class="small", owner_group="only-this-shop", owner_size_class="small"))
    assert (found.severity, found.exemption.exempt) == (Severity.INFO, True)


def test_a_small_shop_of_a_large_owner_is_not_exempt() -> None:
    """[One producer with forty small shops would be free.]"""
    found = judged(seller(size_class="small", owner_group="g", owner_size_class="large"))
    assert not found.exemption.exempt
    assert found.severity == Severity.HIGH
