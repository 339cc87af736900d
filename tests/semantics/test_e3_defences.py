"""E3. A label opens a defence, only measured facts make it hold."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.levels import Severity
from tests.windows.rows import PANE, price, sale, us
from tests.worker.line import Closings, close, context, cost, snapshot

FREE = {"platform_discount": 0, "seller_voucher": 0}
FRESH = {"platform": "p", "product_id": "x", "shelf_life_days": 3, "shelf_life_source": "analyst"}


def evening(
    first: int = 60_000, then: int = 45_000, goods: list[dict[str, Any]] | None = None, minutes: int = 40, days: Any = (), **label: Any
) -> Closings:
    """Ten dear minutes, then `minutes` cheap ones under whatever label."""
    rows = [e for m in range(10) for e in (price(60 * m, first, **FREE), sale(60 * m + 5, first))]
    rows += [e for m in range(10, 10 + minutes) for e in (price(60 * m, then, **FREE, **label), sale(60 * m + 5, then))]
    return close(rows, 6 * (minutes + 12), by=context(snapshot([cost()], goods=goods or []), days=days))


def answer(told: Closings, defence: str) -> str:
    return next(str(d.status) for d in told.told[-1].judgement.defences if d.id == defence)


@pytest.mark.parametrize("kind", ["clearance", "flash_sale", None])
def test_a_label_alone_never_lowers_severity(kind: str | None) -> None:
    """[Whoever tags everything "clearance" would be normal.]"""
    told = evening(promotion_kind=kind, promotion_id=kind)
    assert told.told[-1].judgement.severity == Severity.HIGH
    assert "holds" not in {answer(told, d) for d in ("D2", "D3", "D6")}


def test_perishable_goods_sold_at_cost_before_are_low() -> None:
    told = evening(goods=[FRESH])
    assert (answer(told, "D2"), told.told[-1].judgement.severity) == ("holds", Severity.LOW)
    assert told.finals["legal_level"].max() == 4, "the level is a fact and stays"


def test_the_shelf_life_is_the_catalogues_and_at_most_a_week() -> None:
    assert answer(evening(goods=[FRESH | {"shelf_life_days": 8}]), "D2") == "fails"
    assert answer(evening(), "D2") != "holds"


def test_perishable_goods_never_sold_at_cost_are_not_excused() -> None:
    assert answer(evening(first=45_000, goods=[FRESH]), "D2") != "holds"


def test_a_habit_of_selling_fresh_goods_at_a_loss_is_no_clearance() -> None:
    """[Fresh every day, under cost every day: the defence would cover the practice that it excuses once.]"""
    day = us(0) // 86_400_000_000 - 1
    row = {
        "platform": "p",
        "seller_id": "a",
        "product_id": "x",
        "key": "p:c",
        "currency": "IDR",
        "units_b": 0,
        "clean_units": 0,
        "clean_value_s": 0,
    }
    week = [row | {"day": day - n, "units_milli": 1000, "value_s": 60_000_000, "below_units": 600} for n in range(4)]
    assert answer(evening(goods=[FRESH], days=week), "D2") == "fails"
    assert answer(evening(goods=[FRESH], days=[d | {"below_units": 500} for d in week]), "D2") == "holds"
    assert answer(evening(goods=[FRESH], days=week[:3]), "D2") == "holds", "three days with sales are no habit"


def test_a_label_that_came_after_the_loss_excuses_nothing() -> None:
    rows = [e for m in range(40) for e in (price(60 * m, 45_000, **FREE), sale(60 * m + 5, 45_000))]
    rows.append(price(2500, 60_000, **FREE, promotion_kind="clearance", promotion_id="late"))
    told = close(rows, 6 * 48)
    assert told.told[-1].facts.promotion_kind is None
    assert told.finals["pane"].max() > PANE + 250
