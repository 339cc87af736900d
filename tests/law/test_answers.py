"""Every rule answers triggered, not triggered, or which data are missing; harm is whole money."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.law.harm import consumer_saving, estimated_harm
from tests.law.cases import facts, judged, loss


def answer(rule: str, **changes: Any) -> tuple[str, str]:
    test = next(t for t in judged(facts(**changes)).tests if t.rule == rule)
    return str(test.status), test.why.en


NO_COST = {"cost_tier": "T4", "cost_lo": None, "cost_hi": None}


@pytest.mark.parametrize(
    ("rule", "changes", "expected"),
    [
        ("R01", {}, ("not triggered", "no minute under cost")),
        ("R01", NO_COST, ("insufficient data", "missing: unit cost")),
        ("R05", {}, ("insufficient data", "missing: the sales of a whole reporting period")),
        ("R06", {"rivals": 2}, ("insufficient data", "missing: three rivals with matched products")),
        ("R06", {"rivals": 3, "rivals_median_pb": 60_000.0}, ("insufficient data", "missing: the price that buyers paid")),
        (
            "R06",
            {"rivals": 3, "rivals_median_pb": 60_000.0, "cheapest_value_b": 57_001, "cheapest_units_b": 1},
            ("not triggered", "not well under matched rivals"),
        ),
        (
            "R06",
            {"rivals": 3, "rivals_median_pb": 60_000.0, "cheapest_value_b": 57_000, "cheapest_units_b": 1},
            ("triggered", "buyer's price well under rivals"),
        ),
        ("R12", {}, ("insufficient data", "missing: sales of the owner's group")),
    ],
)
def test_answers(rule: str, changes: dict[str, Any], expected: tuple[str, str]) -> None:
    assert answer(rule, **changes) == expected


@pytest.mark.parametrize(
    ("tier", "level", "low", "why", "certainty"),
    [
        ("T1", 4, 53_000, "seller's price under a documented cost", "below"),
        ("T1", 3, 40_000, "seller's price possibly under cost: inside the cost interval", "possibly below"),
        ("T2", 3, 53_000, "seller's price under a published benchmark or stated cost", "below"),
        ("T2", 3, 40_000, "seller's price possibly under cost: inside the cost interval", "possibly below"),
        ("T3", 3, 53_000, "seller's price possibly under cost: inside the cost interval", "possibly below"),
    ],
)
def test_a_loss_is_named_no_surer_than_its_cost(tier: str, level: int, low: int, why: str, certainty: str) -> None:
    judgement = judged(loss(level=level, cost_tier=tier, cost_lo=low))
    r01 = judgement.tests[0]
    assert (r01.rule, str(r01.status), r01.why.en, r01.quantities["certainty"]) == ("R01", "triggered", why, certainty)
    assert (judgement.rules, judgement.addressee) == (("R01",), "KPPU")


def test_the_example_of_the_architecture() -> None:
    assert estimated_harm(53_000, 3000, 135_000_000) == 24_000
    assert consumer_saving(58_000.0, 3000, 135_000_000) == 39_000


@given(st.lists(st.tuples(st.integers(1, 10**6), st.integers(0, 99)), max_size=9), st.integers(1, 200))
def test_harm_is_the_sum_over_units_rounded_down_once(sales: list[tuple[int, int]], cost: int) -> None:
    below = [(units, price) for units, price in sales if price < cost]
    exact = sum(units * (cost - price) for units, price in below)
    assert estimated_harm(cost, sum(u for u, _ in below), sum(u * p for u, p in below)) == exact // 1000


def test_unknown_harm_is_zero() -> None:
    assert estimated_harm(None, 1, 1) == estimated_harm(1, None, 1) == estimated_harm(1, 1000, 5000) == 0
    assert consumer_saving(None, 1, 1) == consumer_saving(float("nan"), 1, 1) == 0
