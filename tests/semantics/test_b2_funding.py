"""B2. What a sale brings its seller depends on who paid the cut; where nobody said, it is unknown, and unknown never convicts alone."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.levels import Severity
from tests.windows.rows import close_in, frame, price, sale
from tests.worker.line import COST, Closings, close

PLATFORM_PAYS = {"platform_discount": 10_000, "seller_voucher": 0, "platform_voucher": 0}
SELLER_PAYS = {"platform_discount": 0, "seller_voucher": 0, "platform_voucher": 0}
TOTALS = ("platform_discount_total", "seller_voucher_total", "platform_voucher_total")


def w1(*rows: dict[str, Any], pane: int = 0) -> dict[str, Any]:
    figures = close_in(frame(rows), [], pane)
    return figures.row(-1, named=True)


def lasting(*shown: tuple[str, Any]) -> Closings:
    rows = [e for m in range(40) for e in (price(60 * m, 45_000, **dict(shown)), sale(60 * m + 5, 45_000))]
    return close(rows, 6 * 41)


def test_a_platform_paid_cut_does_not_convict_a_clean_seller() -> None:
    """[By the shown price, 45,000 under a cost of 53,000, the seller would be L4; it received 55,000.]"""
    assert w1(price(1, 45_000, **PLATFORM_PAYS), sale(5, 45_000))["w1_value_s"] == 55_000_000
    told = lasting(*PLATFORM_PAYS.items())
    assert told.finals["level"].max() == 0
    assert COST > 45_000
    assert lasting(*SELLER_PAYS.items()).finals["legal_level"].max() == 4


def test_own_totals_go_before_the_price_in_force() -> None:
    line = dict(zip(TOTALS, (3_000, 1_000, 500), strict=True))
    final = w1(price(1, 45_000, **PLATFORM_PAYS), sale(5, 45_000, 2000, **line))
    assert final["w1_value_s"] == (45_000 * 2 + 3_000 - 1_000) * 1000
    assert final["w1_value_b"] == (45_000 * 2 - 1_000 - 500) * 1000
    assert final["w1_unfunded"] == 0


def test_the_price_in_force_speaks_only_for_a_sale_at_that_very_price() -> None:
    """[A cart filled before the price changed would borrow the new price's funding.]"""
    final = w1(price(1, 45_000, **PLATFORM_PAYS), sale(5, 44_999))
    assert (final["w1_value_s"], final["w1_unfunded"], final["w1_units_b"]) == (44_999_000, 1000, 0)


@pytest.mark.parametrize("missing", ["platform_discount", "seller_voucher"])
def test_one_missing_amount_makes_funding_unknown_and_zero_is_not_missing(missing: str) -> None:
    assert w1(price(1, 45_000, **SELLER_PAYS), sale(5, 45_000))["w1_unfunded"] == 0
    final = w1(price(1, 45_000, **(PLATFORM_PAYS | {missing: None})), sale(5, 45_000, 2500))
    assert (final["w1_unfunded"], final["w1_value_s"]) == (2500, 45_000 * 2500)


def test_the_platform_voucher_is_needed_for_the_buyers_price_only() -> None:
    final = w1(price(1, 45_000, platform_discount=0, seller_voucher=1_000), sale(5, 45_000))
    assert (final["w1_value_s"], final["w1_unfunded"], final["w1_units_b"], final["force_pb"]) == (44_000_000, 0, 0, None)


def test_fees_and_vouchers_of_the_platform_are_no_price_of_the_seller() -> None:
    fees = {"commission_total": 9_000, "affiliate_total": 9_000, "payment_fee_total": 9_000, "seller_shipping_total": 9_000}
    line = dict(zip(TOTALS, (0, 0, 20_000), strict=True))
    assert w1(sale(5, 60_000, **line, **fees))["w1_value_s"] == 60_000_000


def test_unknown_funding_is_capped_at_medium_and_d7_is_unknown() -> None:
    judgement = lasting(("platform_discount", None)).told[-1].judgement
    assert judgement.severity == Severity.MEDIUM
    assert next(str(d.status) for d in judgement.defences if d.id == "D7") == "unknown"
    assert [c.task.en for c in judgement.caps] == ["establish who paid the discounts"]
    assert lasting(*SELLER_PAYS.items()).told[-1].judgement.severity == Severity.HIGH
