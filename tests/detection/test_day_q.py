"""Is q Benjamini and Hochberg's? Against stepping up by hand, for each level that could be asked."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.detection.day_q import can_list, day_q, k_min

N = 200
P = st.none() | st.integers(1, N + 1).map(lambda i: i / (N + 1))


def rejected(p: list[float | None], level: Fraction) -> list[bool]:
    """Benjamini-Hochberg by its definition: the largest k with p(k) <= k level / m, and all that are no larger."""
    tested = sorted(Fraction(v * (N + 1)).limit_denominator(1) / (N + 1) for v in p if v is not None)
    cut = max((v for k, v in enumerate(tested, 1) if v * len(tested) <= k * level), default=Fraction(-1))
    return [v is not None and Fraction(v * (N + 1)).limit_denominator(1) / (N + 1) <= cut for v in p]


@given(st.lists(P, max_size=25), st.integers(1, 999).map(lambda i: Fraction(i * 1_000_003, 1_000_003_000 + 7)))
def test_the_list_at_any_level_is_theirs(p: list[float | None], level: Fraction) -> None:
    q = day_q(pl.Series(p, dtype=pl.Float64()))
    assert [v is not None and v <= level for v in q] == rejected(p, level)
    assert [v is None for v in q] == [v is None for v in p]


@given(st.lists(P, min_size=1, max_size=25), st.randoms())
def test_order_changes_nothing_and_q_rises_with_p(p: list[float | None], chance: object) -> None:
    frame = pl.DataFrame({"p": p}, schema={"p": pl.Float64()})
    frame = frame.with_columns(day_q(frame["p"]))
    mixed = frame.select("p").with_row_index().sample(fraction=1.0, shuffle=True, seed=1)
    assert mixed.with_columns(day_q(mixed["p"])).sort("index").drop("index").equals(frame)
    tested = frame.drop_nulls().sort("p")
    assert tested["q_value"].is_sorted()
    assert tested.group_by("p").agg(pl.col("q_value").n_unique())["q_value"].to_list() == [1] * tested["p"].n_unique()
    assert tested.filter(pl.col("q_value") < pl.col("p") * (1 - 1e-11)).is_empty()
    assert (tested["q_value"] <= 1).all()


def test_pairs_that_were_not_tested_are_no_part_of_the_family() -> None:
    assert day_q(pl.Series([0.01, None, 0.5, float("nan")])).to_list() == [0.02, None, 0.5, None]
    assert day_q(pl.Series([], dtype=pl.Float64())).to_list() == []
    assert day_q(pl.Series([None, None], dtype=pl.Float64())).to_list() == [None, None]


@given(st.integers(1, 400), st.sampled_from([0.05, 0.1, 0.2, 0.25]), st.integers(1, 500))
def test_as_many_ties_as_k_min_are_listed_and_one_fewer_is_not(m: int, q: float, n: int) -> None:
    k = k_min(m, q, n)
    for ties in {k - 1, k}:
        if 1 <= ties <= m:
            p = pl.Series([1 / (n + 1)] * ties + [1.0] * (m - ties))
            assert (day_q(p)[0] <= q) == (ties >= k)


@pytest.mark.parametrize(("m", "q", "n", "k", "can"), [(1000, 0.1, 9999, 1, True), (1000, 0.1, 999, 10, True), (1000, 0.1, 59, 167, False)])
def test_enough_calibration_for_a_list(m: int, q: float, n: int, k: int, can: bool) -> None:
    assert (k_min(m, q, n), can_list(m, q, n)) == (k, can)
