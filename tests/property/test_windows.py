"""Figures at panes against brute force, and byte-equal however the panes are cut into chunks (SEMANTICS B2, B5, B6, C5, D3, E5)."""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from app.domain.events import PAIR
from tests.windows.draws import LAST_PANE, cuts, evenings
from tests.windows.oracle import PANE_US, Pair
from tests.windows.rows import PANE, Row, close_in, frame, sale

LONG = settings(max_examples=25)


def pairs_of(rows: list[Row]) -> dict[str, Pair]:
    ends = [r["occurred_us"] for r in rows if r["type"] == "session_ended"]
    found: dict[str, list[Row]] = {}
    for r in rows:
        if r["product_id"] is not None:
            found.setdefault(r["product_id"], []).append(r)
    return {product: Pair(own, min(ends, default=None)) for product, own in found.items()}


def disagreements(figures: pl.DataFrame, pairs: dict[str, Pair]) -> list[tuple[Any, ...]]:
    found = []
    for got in figures.iter_rows(named=True):
        want = pairs[got["product_id"]].figures(got["pane"])
        found += [(got["product_id"], got["pane"] - PANE, k, got[k], v) for k, v in want.items() if not alike(got[k], v)]
    return found


def alike(got: Any, want: Any) -> bool:
    if isinstance(want, float) and isinstance(got, float):
        return abs(got - want) <= 1e-12 * max(abs(want), 1.0)
    return bool(got == want and type(got) is type(want))


@LONG
@given(evenings())
def test_finals_stand_at_the_panes_that_the_clause_names(rows: list[Row]) -> None:
    figures = close_in(frame(rows), [], LAST_PANE)
    got = set(figures.select("product_id", "pane").iter_rows())
    inside = range(PANE, PANE + LAST_PANE + 1)
    assert got == {(x, p) for x, pair in pairs_of(rows).items() for p in pair.natural() if p in inside}


@LONG
@given(evenings(), cuts)
def test_figures_agree_with_brute_force_in_any_chunks(rows: list[Row], ends: list[int]) -> None:
    figures = close_in(frame(rows), ends, LAST_PANE)
    assert disagreements(figures, pairs_of(rows)) == []


@settings(max_examples=6)
@given(evenings(8), cuts)
def test_figures_agree_with_brute_force_at_every_pane(rows: list[Row], ends: list[int]) -> None:
    """Not only where something happens: full minutes of open spells may be any pane."""
    pairs = pairs_of(rows)
    figures = close_in(frame(rows), ends, LAST_PANE, everywhere=True)
    begun = figures.filter(
        pl.col("pane") * PANE_US + PANE_US
        > pl.col("product_id").replace_strict({x: min(r["occurred_us"] for r in p.rows) for x, p in pairs.items()})
    )
    assert disagreements(begun, pairs) == []


@LONG
@given(evenings(), cuts)
def test_any_chunks_give_the_same_bytes(rows: list[Row], ends: list[int]) -> None:
    whole = close_in(frame(rows), [], LAST_PANE)
    assert_frame_equal(close_in(frame(rows), ends, LAST_PANE), whole, check_exact=True)


@settings(max_examples=2)
@given(evenings(6))
def test_one_frame_equals_pane_by_pane(rows: list[Row]) -> None:
    whole = close_in(frame(rows), [], 100)
    assert_frame_equal(close_in(frame(rows), list(range(100)), 100), whole, check_exact=True)


@LONG
@given(evenings(), st.randoms(use_true_random=False))
def test_the_order_of_rows_inside_their_panes_changes_nothing(rows: list[Row], draw: Any) -> None:
    shuffled = list(rows)
    draw.shuffle(shuffled)
    assert_frame_equal(close_in(frame(shuffled), [100], LAST_PANE), close_in(frame(rows), [100], LAST_PANE), check_exact=True)


def test_a_pair_of_another_session_or_key_is_never_summed_in() -> None:
    rows = [sale(5, 100), sale(6, 900, session_id="t", event_id="t"), sale(7, 700, category_id="d", event_id="d")]
    figures = close_in(frame(rows), [], 3).filter(pl.col("pane") == PANE)
    assert figures.select(*PAIR[1:2], "key", "w1_value_s").rows() == [("s", "p:c", 100_000), ("s", "p:d", 700_000), ("t", "p:c", 900_000)]
