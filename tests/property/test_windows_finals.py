"""Finals, spells, verdicts and day parts: one frame equals any chunks, with and without a model (SEMANTICS D3, E5, E6)."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from app.domain.time import JAKARTA_OFFSET_US
from app.windows.days import PART_SCHEMA, merge, sealed
from app.worker.firing import Told
from tests.windows.draws import LAST_PANE, cuts, evenings
from tests.windows.rows import EVENING_US, Row, sale
from tests.worker.line import COST, Closings, close, context, cost, snapshot, tiny_model

RIVALS = [
    {
        "platform": "p", "seller_id": s, "product_id": "x", "key": "p:c", "currency": "IDR", "day": 20_614, "units_milli": 1000,
        "value_s": 60_000_000, "value_b": 60_000_000, "units_b": 1000, "clean_units": 1000, "clean_value_s": 60_000_000, "below_units": 0,
    }
    for s in "bcd"
]  # fmt: skip
GOODS = {"platform": "p", "product_id": "x", "match_group": "g", "match_score": 1.0}
LEGAL = context(snapshot([cost(), cost("T2", 50_000, product_id="y")], goods=[GOODS]), days=RIVALS)
RANKED = context(snapshot([cost()], goods=[GOODS]), tiny_model(tuple(i / 10_000 for i in range(1200))), days=RIVALS)


def said(told: list[Told]) -> list[Any]:
    """Everything told of pairs above L0, but where it lies in the log."""
    return sorted(
        (t.final["product_id"], t.final["pane"], t.emit, t.in_spell, repr(t.facts), repr(t.judgement), t.state.dump())
        for t in told
        if t.state.level
    )


def assert_same(one: Closings, other: Closings) -> None:
    assert_frame_equal(one.finals, other.finals, check_exact=True)
    assert said(one.told) == said(other.told)
    assert_frame_equal(merge(one.day_parts), merge(other.day_parts), check_exact=True)


@pytest.mark.parametrize("by", [LEGAL, RANKED], ids=["law", "law and forest"])
@settings(max_examples=10)
@given(rows=evenings(), ends=cuts)
def test_any_chunks_say_the_same(by: Any, rows: list[Row], ends: list[int]) -> None:
    assert_same(close(rows, LAST_PANE, ends, by), close(rows, LAST_PANE, by=by))


@settings(max_examples=10)
@given(evenings())
def test_legal_levels_are_facts_of_their_own_minute(rows: list[Row]) -> None:
    """A final is L4 exactly where the minute's integer sums lie under the documented cost (E1)."""
    for final in close(rows, LAST_PANE, by=context()).finals.filter(product_id="x").iter_rows(named=True):
        under = final["w1_units"] > 0 and final["w1_value_s"] < COST * final["w1_units"]
        assert (final["legal_now"] == 4) == under
        assert final["level"] >= final["legal_level"] >= final["legal_now"]


@settings(max_examples=10)
@given(evenings())
def test_the_highest_so_far_never_falls_and_finals_are_numbered(rows: list[Row]) -> None:
    for _, own in close(rows, LAST_PANE, [50, 200], RANKED).finals.partition_by("product_id", as_dict=True, maintain_order=True).items():
        for column in ("level", "legal_level"):
            assert own[column].is_sorted()
        assert own["p_value"].drop_nulls().is_sorted(descending=True)
        assert own["finals"].to_list() == list(range(1, own.height + 1))


parts = st.lists(
    st.fixed_dictionaries(
        {
            "platform": st.just("p"), "seller_id": st.sampled_from("ab"), "product_id": st.just("x"), "key": st.just("p:c"),
            "category_id": st.sampled_from(["c", None]), "currency": st.just("IDR"), "day": st.integers(1, 2),
            "list_price": st.sampled_from([None, 50, 60, 70]), "clean": st.booleans(), "units": st.integers(-3, 9),
            "value_s": st.integers(-(10**20), 10**20), "value_b": st.integers(0, 10), "units_b": st.integers(0, 10),
            "sales": st.integers(0, 3),
            "below_units": st.integers(0, 3), "low": st.sampled_from([None, 1, 2]), "high": st.sampled_from([None, 3, 4]),
        }
    ),
    min_size=1,
    max_size=10,
)  # fmt: skip


@settings(max_examples=60)
@given(parts, st.integers(0, 10), st.randoms(use_true_random=False))
def test_day_parts_merge_in_any_order_to_the_same_day(rows: list[dict[str, Any]], cut: int, draw: Any) -> None:
    shuffled = list(rows)
    draw.shuffle(shuffled)
    halves = [pl.DataFrame(half, schema=PART_SCHEMA) for half in (shuffled[:cut], shuffled[cut:])]
    two_steps = sealed(pl.concat([merge(h) for h in halves]))
    assert_frame_equal(two_steps, sealed(pl.DataFrame(rows, schema=PART_SCHEMA)), check_exact=True)
    for day in two_steps.iter_rows(named=True):
        mine = [r for r in rows if all(r[c] == day[c] for c in ("seller_id", "category_id", "day"))]
        clean = [r for r in mine if r["clean"]]
        assert day["value_s"] == sum(r["value_s"] for r in mine)
        assert day["clean_value_s"] == sum(r["value_s"] for r in clean)
        assert day["low"] == min((r["low"] for r in mine if r["low"] is not None), default=None)
        assert day["median_list"] == lower_median(mine)
        assert day["clean_median_list"] == lower_median(clean)


def lower_median(rows: list[dict[str, Any]]) -> float | None:
    """The lowest list price at which half of the panes with sales are reached."""
    listed = sorted((r["list_price"], r["sales"]) for r in rows if r["list_price"] is not None)
    total, run = sum(n for _, n in listed), 0
    for amount, n in listed:
        run += n
        if 2 * run >= total:
            return float(amount)
    return None


def test_the_offset_decides_the_day() -> None:
    told = close([sale(6 * 3600 + 5, 60_000)], 2200)
    assert told.day_parts["day"].to_list() == [(EVENING_US + 6 * 3_600_000_000 + JAKARTA_OFFSET_US) // 86_400_000_000]
