"""Are the figures of `kawal evaluate` counted right? Rankings against oracles, limits against tables, weights against shares."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from app.detection.calibration import Stratum, running_p
from app.training.evaluate.detector import settled
from app.training.evaluate.intervals import cluster_draws, interval, poisson_limits
from app.training.evaluate.judge import highest_allowed
from app.training.evaluate.prevalence import weights_for
from app.training.evaluate.ranking import Ranking

RANKED = st.lists(st.tuples(st.booleans(), st.integers(0, 6), st.integers(0, 3)), min_size=2, max_size=40)


@given(RANKED)
def test_a_weight_is_a_repetition(ranked: list[tuple[bool, int, int]]) -> None:
    loss, values, times = (np.array(column) for column in zip(*ranked, strict=True))
    repeated, scores = np.repeat(loss, times), np.repeat(values, times)
    assume(repeated.any() and not repeated.all())
    found, weights = Ranking(loss, values.astype(float)), times[None, :].astype(float)
    assert found.average_precision(weights)[0] == pytest.approx(average_precision_score(repeated, scores))
    assert found.area(weights)[0] == pytest.approx(roc_auc_score(repeated, scores))


@given(RANKED, st.integers(1, 10), st.randoms(use_true_random=False))
def test_precision_on_top_does_not_depend_on_the_order_of_ties(ranked: list[tuple[bool, int, int]], first: int, draw: object) -> None:
    shuffled = list(ranked)
    draw.shuffle(shuffled)  # type: ignore[attr-defined]
    both = []
    for rows in (ranked, shuffled):
        loss, values, _ = (np.array(column) for column in zip(*rows, strict=True))
        both.append(Ranking(loss, values.astype(float)).precision_first(np.ones((1, len(rows))), float(first))[0])
    assert both[0] == pytest.approx(both[1])


def test_of_a_tie_across_the_line_its_own_share_counts() -> None:
    loss, scores = np.array([True, True, False, False, False]), np.array([9.0, 5.0, 5.0, 5.0, 1.0])
    assert Ranking(loss, scores).precision_first(np.ones((1, 5)), 2.0)[0] == pytest.approx((1 + 1 / 3) / 2)


def test_one_kind_of_pairs_has_no_figure() -> None:
    none = Ranking(np.array([False, False]), np.array([1.0, 2.0]))
    assert np.isnan(none.average_precision(np.ones((1, 2)))[0])
    assert np.isnan(none.area(np.ones((1, 2)))[0])


@pytest.mark.parametrize(("count", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572), (10, 4.795, 18.390), (100, 81.36, 121.63)])
def test_poisson_limits_are_those_of_the_tables(count: int, low: float, high: float) -> None:
    assert poisson_limits(count) == pytest.approx((low, high), abs=6e-3)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=300), st.sampled_from([0.01, 0.05, 0.2]), st.integers(-1, 10))
def test_the_threshold_is_where_p_reaches_alpha(past: list[int], alpha: float, score: int) -> None:
    calibration = np.sort(np.array(past, dtype=float))
    threshold = highest_allowed(calibration, alpha)
    p = running_p(np.array([float(score)]), Stratum(calibration, 1, 1.0))[0]
    assert (threshold is not None and score > threshold) == (p <= alpha)


def test_pairs_of_one_seller_are_drawn_together() -> None:
    pairs = pl.DataFrame({"platform": "p", "seller_id": [str(n % 7) for n in range(50)]})
    draws = cluster_draws(pairs, ("platform", "seller_id"), seed=1, draws=30)
    assert draws.shape == (30, 50)
    assert (draws[:, :43] == draws[:, 7:]).all()
    assert (draws[:, :7].sum(axis=1) == 7).all()


@given(st.integers(1, 40), st.integers(1, 400), st.sampled_from([0.001, 0.01, 0.1]))
def test_weights_make_losses_the_share_asked_for(losses: int, others: int, share: float) -> None:
    loss = np.array([True] * losses + [False] * others)
    weights = weights_for(loss, share)
    assert weights[loss].sum() / weights.sum() == pytest.approx(share)
    assert (weights[~loss] == 1.0).all()


@given(st.lists(st.sampled_from([np.nan, -np.inf, np.inf, -1.0, 0.0, 3.0]), min_size=1, max_size=20))
def test_nothing_to_say_ranks_lowest_and_ties_stay_ties(scores: list[float]) -> None:
    given_scores = np.array(scores)
    found = settled(given_scores)
    known = np.isfinite(given_scores)
    silent = np.isnan(given_scores) | (given_scores == -np.inf)
    assert np.isfinite(found).all()
    assert len(set(found[silent])) <= 1
    assert not known.any() or not silent.any() or found[silent].max() < found[known].min()
    assert (found[known] == given_scores[known]).all()


def test_an_interval_of_draws_that_say_nothing_is_no_interval() -> None:
    assert np.isnan(interval(np.array([np.nan, np.nan]))).all()
    assert interval(np.arange(1001.0)) == (25.0, 975.0)
