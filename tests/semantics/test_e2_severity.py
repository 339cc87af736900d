"""E2. The forest ranks and calibrates; it neither creates nor vetoes a legal level, and severity never falls with the price."""

from __future__ import annotations

import pytest

from app.domain.levels import Severity
from tests.windows.rows import price, sale
from tests.worker.line import Closings, close, context, cost, snapshot, tiny_model

FREE = {"platform_discount": 0, "seller_voucher": 0, "platform_voucher": 0}
LEGAL = ["pane", "product_id", "legal_now", "legal_aligned", "legal_level"]


def evening(paid: int, minutes: int = 40, model: bool = False, low: bool = True, **fields: object) -> Closings:
    rows = []
    for m in range(minutes):
        rows += [price(60 * m, paid, list_price=60_000, **FREE), sale(60 * m + 5, paid)]
    of = snapshot([cost()], alpha_open=0.05, **fields)
    maxima = tuple(i / 1000 for i in range(1200)) if low else tuple(1000.0 + i for i in range(1200))
    return close(rows, 6 * (minutes + 10), by=context(of, tiny_model(maxima) if model else None))


@pytest.mark.parametrize("paid", [1_000, 45_000, 52_999, 53_000, 59_000])
@pytest.mark.parametrize("low", [True, False], ids=["everything unusual", "nothing unusual"])
def test_legal_levels_are_equal_without_a_model_and_with_any(paid: int, low: bool) -> None:
    """[A forest that has seen many losses finds a loss normal; one that has seen none finds a gift unusual.]"""
    with_model, without = evening(paid, 12, model=True, low=low), evening(paid, 12)
    both = with_model.finals.join(without.finals, on=["pane", "product_id"], how="inner")
    assert both.height == without.finals.height
    assert both["legal_now"].equals(both["legal_now_right"])
    assert with_model.finals["legal_level"].max() == without.finals["legal_level"].max() == (4 if paid < 53_000 else 0)


def test_without_calibration_there_is_no_l1() -> None:
    told = evening(55_000)
    assert told.finals["level"].max() == 0
    assert set(told.finals["calibration"]) == {"not enough calibration"}


def test_an_unusual_price_is_l1_and_low_at_most() -> None:
    """[A score alone would put an honest bargain on an authority's desk.]"""
    told = close(
        [price(0, 5_000, list_price=60_000, **FREE), sale(5, 5_000)],
        60,
        by=context(snapshot([cost(lo=1_000)], alpha_open=0.05), tiny_model(tuple(i / 10_000 for i in range(1200)))),
    )
    assert (told.finals["level"].max(), told.finals["legal_level"].max()) == (1, 0)
    assert told.told[0].judgement.severity == Severity.LOW


def test_severity_is_the_highest_row_met() -> None:
    by_minutes = {m: evening(45_000, m).told[-1].judgement.severity for m in (2, 12, 35)}
    assert by_minutes == {2: Severity.LOW, 12: Severity.MEDIUM, 35: Severity.HIGH}


@pytest.mark.parametrize("minutes", [2, 12, 35])
def test_a_lower_price_never_lowers_severity(minutes: int) -> None:
    """[B6 could not have referred the one case that KPPU won.]"""
    found = [evening(paid, minutes).told[-1].judgement.severity for paid in (52_000, 40_000, 10_000, 1)]
    assert found == sorted(found)
