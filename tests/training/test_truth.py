"""Does the truth count windows rightly? Small cases by hand."""

from __future__ import annotations

from app.training.truth import Change, Ledger, Line, judge, ledgers


def line(pane: int, units: int, price: int) -> Line:
    return Line(pane, units * 1000, units * 1000 * price)


def test_a_price_at_cost_is_not_below() -> None:
    assert not judge(Ledger([line(0, 3, 100)]), 100).below
    assert judge(Ledger([line(0, 3, 99)]), 100).below


def test_units_weigh() -> None:
    verdict = judge(Ledger([line(0, 9, 105), line(1, 1, 50)]), 100)
    # together 99.5, and alone once the first pane has left the minute
    assert (verdict.windows, verdict.windows_below, verdict.first_below_pane) == (7, 6, 1)
    masked = judge(Ledger([line(0, 90, 105), line(1, 1, 50)]), 100)
    assert (masked.below, masked.below_at_sale, masked.windows_below) == (True, False, 1)


def test_a_minute_is_six_panes() -> None:
    assert judge(Ledger([line(0, 1, 120), line(5, 1, 90)]), 100).windows_below == 5
    assert judge(Ledger([line(0, 1, 120), line(6, 1, 90)]), 100).windows_below == 6


def test_a_change_counts_from_its_own_pane_on() -> None:
    taken = Change(2, 0, 1000, 50_000)
    assert judge(Ledger([line(0, 1, 50)], [taken]), 100).windows == 2
    assert judge(Ledger([line(0, 1, 50)], [Change(9, 0, 1000, 50_000)]), 100).windows == 6


def test_a_copy_counts_once_and_funding_counts() -> None:
    sale = {
        "type": "sale", "event_id": "a", "occurred_at": "2026-10-20T19:00:00.000+07:00", "session_id": "s",
        "seller_id": "t", "product_id": "p",
        "price": 90, "quantity": 2, "platform_discount_total": 30, "seller_voucher_total": 10,
    }  # fmt: skip
    ledger = ledgers([sale, sale])["s", "t", "p"]
    assert [(row.units, row.value) for row in ledger.lines] == [(2000, 200_000)]
    assert not judge(ledger, 100).below
    assert judge(ledger, 101).below
