"""Levels of windows equal exact fractions, also where Int64 and floats would not (B1, E1)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.law.price_cost import legal_levels
from tests.law.cases import BOOK, EVENING_US, PACK, figures

ALIGNED = 300_000_000


def level(**row: Any) -> int:
    return int(legal_levels(figures(row), BOOK)["legal_now"][0])


def oracle(row: dict[str, Any]) -> int:
    units, tier = row["w1_units"], row["cost_tier"]
    if units > 0 and tier != "T4":
        mean = Fraction(row["w1_value_s"], units)
        if tier == "T1" and mean < row["cost_lo"]:
            return 4
        if mean < row["cost_hi"]:
            return 3
    median = row["rivals_median_pb"]
    if row["w1_units_b"] > 0 and row["rivals"] >= 3 and median is not None:
        paid = Fraction(row["w1_value_b"], row["w1_units_b"])
        return 2 if paid <= Fraction(95, 100) * Fraction(round(median * 1000), 1000) else 0
    return 0


sums = st.tuples(st.integers(0, 4000), st.integers(0, 120)).map(lambda t: (t[0], t[0] * t[1] + t[0] // 3))
huge = st.tuples(st.integers(1, 10**12), st.integers(0, 10**12)).map(lambda t: (t[0], t[0] * t[1]))


@st.composite
def windows(draw: st.DrawFn) -> dict[str, Any]:
    big = draw(st.booleans())
    units, value = draw(huge if big else sums)
    units_b, value_b = draw(huge if big else sums)
    mean = value // units if units else 50
    lo = max(0, mean + draw(st.integers(-2, 2)))
    tier = draw(st.sampled_from(["T1", "T2", "T3", "T4"]))
    paid = value_b / units_b if units_b else 50.0
    return {
        "w1_units": units, "w1_value_s": value, "w1_units_b": units_b, "w1_value_b": value_b, "cost_tier": tier,
        "cost_lo": None if tier == "T4" else lo, "cost_hi": None if tier == "T4" else lo + draw(st.integers(0, 3)),
        "rivals": draw(st.integers(0, 5)), "rivals_median_pb": draw(st.none() | st.sampled_from([paid, paid / 0.95, paid * 1.2])),
    }  # fmt: skip


@given(st.lists(windows(), min_size=1, max_size=20))
def test_levels_equal_exact_fractions(rows: list[dict[str, Any]]) -> None:
    assert legal_levels(figures(*rows), BOOK)["legal_now"].to_list() == [oracle(row) for row in rows]


def test_products_beyond_int64() -> None:
    units, cost = 10**9, 10**12  # cost x units = 10**21
    row = {"w1_units": units, "cost_tier": "T1", "cost_lo": cost, "cost_hi": cost}
    assert level(w1_value_s=cost * units, **row) == 0
    assert level(w1_value_s=cost * units - 1, **row) == 4


@pytest.mark.parametrize(("tier", "expected"), [("T1", 4), ("T2", 3), ("T3", 3), ("T4", 0)])
def test_only_a_document_makes_l4(tier: str, expected: int) -> None:
    assert level(w1_units=3000, w1_value_s=3000 * 45_000, cost_tier=tier, cost_lo=53_000, cost_hi=53_000) == expected


def test_exactly_at_cost_is_no_loss() -> None:
    row = {"w1_units": 3000, "cost_tier": "T1", "cost_lo": 53_000, "cost_hi": 53_000}
    assert level(w1_value_s=3000 * 53_000, **row) == 0
    assert level(w1_value_s=3000 * 53_000 - 1, **row) == 4


def test_inside_a_documented_interval_is_possible_only() -> None:
    assert level(w1_units=1000, w1_value_s=54_000_000, cost_tier="T1", cost_lo=53_000, cost_hi=55_000) == 3


@pytest.mark.parametrize(
    ("rivals", "median", "expected"), [(3, 60_000.0, 2), (2, 60_000.0, 0), (3, 59_999.9, 0), (3, None, 0), (3, float("nan"), 0)]
)
def test_very_low_price_needs_three_rivals_and_the_gap(rivals: int, median: float | None, expected: int) -> None:
    assert level(w1_units_b=1000, w1_value_b=57_000_000, rivals=rivals, rivals_median_pb=median) == expected


def test_unknown_buyer_price_is_no_very_low_price() -> None:
    assert level(w1_units=1000, w1_value_s=1_000_000, rivals=5, rivals_median_pb=60_000.0) == 0


def test_five_minute_level_only_on_the_clock() -> None:
    row = {"w5_units": 1000, "w5_value_s": 45_000_000, "cost_tier": "T1", "cost_lo": 53_000, "cost_hi": 53_000}
    start = EVENING_US // ALIGNED * ALIGNED
    frame = figures(*({"end_us": start + s * 10_000_000} | row for s in (-1, 0, 1, 30)))
    out = legal_levels(frame, BOOK)
    assert out["legal_aligned"].to_list() == [None, 4, None, 4]
    assert out["legal_now"].to_list() == [0, 0, 0, 0]
    assert [str(t) for t in out.select("legal_now", "legal_aligned").dtypes] == ["Int8", "Int8"]


def test_before_the_law_there_is_no_level() -> None:
    row = {"w1_units": 1000, "w1_value_s": 1_000, "cost_tier": "T1", "cost_lo": 53_000, "cost_hi": 53_000}
    # the pane that ends with the day before is still outside, the first pane of the day inside
    assert level(end_us=PACK.valid_from_us, **row) == 0
    assert level(end_us=PACK.valid_from_us + 10_000_000, **row) == 4
