"""The price in force at any moment against brute force, and what may be forgotten of it (SEMANTICS B6)."""

from __future__ import annotations

import itertools
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from app.domain.events import PAIR
from app.windows import prices
from app.windows.carry import PRICES_SCHEMA, SESSIONS_SCHEMA, with_sessions
from app.windows.prices import CHANGE_US, HOLD_US
from tests.windows.draws import events, moments
from tests.windows.oracle import Pair
from tests.windows.rows import Row, ended, frame, price, us

evenings = st.builds(
    lambda rows, ends: rows + [ended(at, f"end-{n}") for n, at in enumerate(ends)],
    st.integers(1, 12).flatmap(lambda n: st.tuples(*[events(i) for i in range(n)])).map(list),
    st.lists(moments(), max_size=2),
)


def held_of(rows: list[Row]) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    shown = prices.price_rows(frame(rows)).select(*PRICES_SCHEMA)
    sessions = with_sessions(pl.DataFrame(schema=SESSIONS_SCHEMA), frame(rows))
    return shown, sessions, prices.segments(shown, sessions)


def oracle(rows: list[Row]) -> Pair:
    ends = [r["occurred_us"] for r in rows if r["type"] == "session_ended"]
    return Pair([r for r in rows if r["product_id"] == "x"], min(ends, default=None))


def asked(rows: list[Row], seconds: list[float]) -> list[int]:
    """Drawn moments, and every moment at which something begins or ends with its neighbours: off-by-one lives there."""
    edges = {us(s) for s in seconds}
    for r in rows:
        edges |= {r["occurred_us"], r["occurred_us"] + HOLD_US, r["promotion_ends_us"] or us(0)}
    return sorted({m + d for m in edges for d in (-1, 0, 1)})


@settings(max_examples=80)
@given(evenings, st.lists(moments(), max_size=4))
def test_the_price_in_force_is_that_of_brute_force(rows: list[Row], seconds: list[float]) -> None:
    _, _, held = held_of(rows)
    moments_us = asked(rows, seconds)
    pair = {"platform": "p", "session_id": "s", "seller_id": "a", "product_id": "x", "key": "p:c"}
    got = prices.at(pl.DataFrame([{**pair, "at": m} for m in moments_us]), "at", held)
    want = [None if (p := oracle(rows).in_force(m)) is None else p["price"] for m in moments_us]
    assert got["at"].to_list() == moments_us
    assert got["force_price"].to_list() == want


@settings(max_examples=60)
@given(evenings)
def test_segments_of_a_pair_never_overlap_and_last_fifteen_minutes_at_most(rows: list[Row]) -> None:
    _, _, held = held_of(rows)
    for _, own in held.partition_by(PAIR, as_dict=True, maintain_order=True).items():
        spans = own.filter(pl.col("end_us") > pl.col("start_us")).select("start_us", "end_us").rows()
        assert all(0 < end - start <= HOLD_US for start, end in spans)
        assert all(end <= following for (_, end), (following, _) in itertools.pairwise(spans))


@settings(max_examples=60)
@given(evenings, moments())
def test_forgotten_prices_are_never_asked_for_again(rows: list[Row], closed: float) -> None:
    shown, sessions, held = held_of([r for r in rows if r["occurred_us"] < us(closed)] or [price(0, 100)])
    kept = prices.still_needed(shown, held, us(closed))
    again = prices.segments(kept, sessions)
    oldest = us(closed) - CHANGE_US
    late = [us(closed) + d for d in (-CHANGE_US, 1 - CHANGE_US, -60_000_000, -1, 0, 1, HOLD_US)]
    pair = held.select(PAIR).unique().sort(PAIR).join(pl.DataFrame({"at": [m for m in late if m >= oldest]}), how="cross")
    if pair.height:
        assert_frame_equal(prices.at(pair, "at", again), prices.at(pair, "at", held))


@given(st.permutations(range(4)))
def test_ties_are_told_apart_by_event_id_whatever_came_first(order: Any) -> None:
    rows = [price(5, amount, name) for amount, name in ((100, "a"), (200, "b"), (300, "c"), (400, "d"))]
    _, _, held = held_of([rows[i] for i in order])
    pair = {"platform": "p", "session_id": "s", "seller_id": "a", "product_id": "x", "key": "p:c"}
    assert prices.at(pl.DataFrame([{**pair, "at": us(5)}]), "at", held)["force_price"].to_list() == [400]
