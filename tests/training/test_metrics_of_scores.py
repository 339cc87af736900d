"""Is average precision counted right? Against scikit-learn and repetition, ties included; intervals are over sessions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from app.training.dataset import by_time
from app.training.metrics import average_precision, measure, per_pair
from app.training.train import learn, score
from tests.detection.synthetic import evenings

RANKED = st.lists(st.tuples(st.booleans(), st.integers(0, 6), st.integers(0, 3)), min_size=1, max_size=40)


@given(RANKED)
def test_average_precision_is_scikit_learns(ranked: list[tuple[bool, int, int]]) -> None:
    truth, values, times = (np.array(column) for column in zip(*ranked, strict=True))
    assume(truth.any())
    assert average_precision(truth, values.astype(float)) == pytest.approx(average_precision_score(truth, values))
    repeated, scores = np.repeat(truth, times), np.repeat(values, times)
    assume(repeated.any())
    assert average_precision(truth, values.astype(float), times.astype(float)) == pytest.approx(average_precision_score(repeated, scores))


def test_without_a_loss_there_is_no_figure() -> None:
    assert np.isnan(average_precision(np.array([False, False]), np.array([1.0, 0.0])))


def test_measured_beside_the_divisions() -> None:
    figures, truth = evenings(80, seed=2, losses=0.05)
    fit, later = by_time(figures, 0.5)
    pairs = per_pair(score(later, learn(fit, seed=1)))
    found = {m.score: m for m in measure(pairs, truth, seed=1, draws=50)}
    assert set(found) == {"anomaly_score", "novelty_score", "price_over_list", "two_division_depth"}
    assert found["price_over_list"].ratio == 1.0
    assert all(m.low <= m.ap <= m.high for m in found.values())
    assert found["anomaly_score"].ap > 0.9
