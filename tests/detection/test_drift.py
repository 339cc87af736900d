"""Does drift say what it should: nothing where nothing changed, something where the feature moved, the same however a day was cut?"""

from __future__ import annotations

import itertools
import json
import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.detection.drift import LEAST_FINALS, LEAST_SHARE, added, as_json, counted, drift, from_json, learn_bins, psi
from app.detection.features import NAMES


def raw(rows: int, seed: int, shift: float = 0.0, unknown: float = 0.1) -> pl.DataFrame:
    """A feature frame: a third exact zeros, a long right side, some unknown."""
    draw = np.random.default_rng(seed)
    columns = {}
    for name in NAMES:
        values = np.where(draw.random(rows) < 0.3, 0.0, draw.exponential(0.3, rows)) + shift
        columns[name] = [None if u else float(v) for u, v in zip(draw.random(rows) < unknown, values, strict=True)]
    return pl.DataFrame(columns, schema=dict.fromkeys(NAMES, pl.Float64()))


def edges(bins: object) -> dict[str, tuple[float, ...]]:
    return {name: b.edges for name, b in bins.items()}  # type: ignore[attr-defined]


cell = st.one_of(st.none(), st.sampled_from([0.0, 0.1, 0.25]), st.floats(0, 3, allow_nan=False))
column = st.lists(cell, min_size=1, max_size=60)


@given(column, column)
def test_counts_are_those_of_a_plain_loop(trained: list[float | None], now: list[float | None]) -> None:
    frame, later = (pl.DataFrame(dict.fromkeys(NAMES, c), schema=dict.fromkeys(NAMES, pl.Float64())) for c in (trained, now))
    bins = learn_bins(frame)
    for name, row in counted(later, edges(bins)).items():
        cuts = bins[name].edges
        plain = [0] * (len(cuts) + 2)
        for value in now:
            plain[-1 if value is None else sum(value > cut for cut in cuts)] += 1
        assert row == plain
    known = [v for v in trained if v is not None]
    assert sum(bins[NAMES[0]].shares) == pytest.approx(1.0 if known else 0.0)
    assert bins[NAMES[0]].missing == pytest.approx(1 - len(known) / len(trained))


@given(st.lists(st.integers(0, 500), min_size=2, max_size=10).filter(any), st.data())
def test_psi_is_never_negative_and_zero_for_the_same_shares(counts: list[int], data: st.DataObject) -> None:
    shares = [n / sum(counts) for n in counts]
    assert psi(shares, counts) == 0.0
    other = data.draw(st.lists(st.integers(0, 500), min_size=len(counts), max_size=len(counts)).filter(any))
    told = psi(shares, other)
    assert told >= 0
    plain = sum(
        (max(a / sum(other), LEAST_SHARE) - max(e, LEAST_SHARE)) * math.log(max(a / sum(other), LEAST_SHARE) / max(e, LEAST_SHARE))
        for a, e in zip(other, shares, strict=True)
    )
    assert told == pytest.approx(plain, rel=1e-9, abs=1e-12)


@given(st.lists(st.integers(0, 400), max_size=4))
def test_a_day_is_the_sum_of_its_parts_however_it_was_cut(cuts: list[int]) -> None:
    frame = raw(400, 5)
    bins = learn_bins(raw(300, 1))
    at = sorted({0, 400, *cuts})
    total: dict[str, list[int]] = {}
    for a, b in itertools.pairwise(at):
        total = added(total, counted(frame[a:b], edges(bins)))
    assert total == counted(frame, edges(bins))


def test_like_traffic_is_quiet_and_a_moved_feature_is_named() -> None:
    bins = learn_bins(raw(20_000, 1))
    same = drift(bins, counted(raw(20_000, 2), edges(bins)))
    assert [d.feature for d in same] == list(NAMES)
    assert not any(d.warns for d in same)
    assert max(d.psi or 0 for d in same) < 0.01
    moved = raw(20_000, 3).with_columns(pl.col("depth_list") + 0.4)
    assert [d.feature for d in drift(bins, counted(moved, edges(bins))) if d.warns] == ["depth_list"]


def test_what_is_unknown_is_told_apart() -> None:
    bins = learn_bins(raw(5_000, 1, unknown=0.1))
    told = drift(bins, counted(raw(5_000, 2, unknown=0.6), edges(bins)))[0]
    assert (round(told.missing, 1), round(told.missing_trained, 1), told.finals) == (0.6, 0.1, 5_000)
    assert not told.warns


def test_few_finals_say_nothing() -> None:
    bins = learn_bins(raw(5_000, 1))
    few = drift(bins, counted(raw(LEAST_FINALS - 1, 2, shift=1.0, unknown=0.0), edges(bins)))
    assert all(d.psi is None and not d.warns for d in few)


def test_bins_come_back_from_a_manifest_as_they_went() -> None:
    bins = learn_bins(raw(2_000, 1))
    assert from_json(json.loads(json.dumps(as_json(bins)))) == bins
    assert from_json({}) == {}
    assert learn_bins(raw(2_000, 1)) == bins
