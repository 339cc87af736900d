"""Do contributions add up to the forest's path length, and does a planted cause come first?"""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.detection import forest
from app.detection.explain import average_length, explain
from app.detection.features import NAMES, Matrix, feature_frame, matrix
from app.detection.model import Scorer

ROWS = st.lists(st.lists(st.floats(0, 6), min_size=len(NAMES), max_size=len(NAMES)), min_size=1, max_size=8)


def by_hand(tree: object, row: np.ndarray) -> dict[int, float]:
    """Walk one row down one tree, node by node, and credit every change of the expected length."""
    t = tree.tree_  # type: ignore[attr-defined]

    def expected(node: int, depth: int) -> float:
        left, right = t.children_left[node], t.children_right[node]
        if left < 0:
            return depth + float(average_length(t.n_node_samples[node]))
        rows = [t.n_node_samples[left], t.n_node_samples[right]]
        return float(np.average([expected(left, depth + 1), expected(right, depth + 1)], weights=rows))

    changes: dict[int, float] = {}
    node = depth = 0
    while t.children_left[node] >= 0:
        before, split = expected(node, depth), int(t.feature[node])
        goes_left = np.float32(row[split]) <= t.threshold[node]
        node, depth = int(t.children_left[node] if goes_left else t.children_right[node]), depth + 1
        changes[split] = changes.get(split, 0.0) + expected(node, depth) - before
    return changes


@pytest.fixture(scope="module")
def seen(scorer: Scorer, figures: pl.DataFrame) -> Matrix:
    return matrix(feature_frame(figures), scorer.neutral)


@settings(max_examples=100)
@given(rows=ROWS)
def test_contributions_add_up_to_the_path_length_of_scikit_learn(scorer: Scorer, rows: list[list[float]]) -> None:
    x = np.array(rows)
    found = explain(scorer.forest, x)
    length = -np.log2(-scorer.forest.score_samples(x)) * average_length(scorer.forest.max_samples_)
    assert np.allclose(found.expected + found.changes.sum(axis=1), length, rtol=0, atol=1e-6)
    assert np.allclose(found.length, length, rtol=0, atol=1e-6)


def test_every_change_is_credited_to_the_feature_that_was_split_on(scorer: Scorer, seen: Matrix) -> None:
    rows = seen[::5000]
    found = explain(scorer.forest, rows)
    for row, changes in zip(rows, found.changes, strict=True):
        slow = np.zeros(len(NAMES))
        for tree in scorer.forest.estimators_:
            for feature, change in by_hand(tree, row).items():
                slow[feature] += change / len(scorer.forest.estimators_)
        assert np.allclose(changes, slow, rtol=0, atol=1e-8)


def test_a_row_is_explained_the_same_in_any_company(scorer: Scorer, seen: Matrix) -> None:
    together = explain(scorer.forest, seen[:300])
    for i in (0, 7, 299):
        alone = explain(scorer.forest, seen[i : i + 1])
        assert (alone.changes[0] == together.changes[i]).all()
        assert alone.length[0] == together.length[i]


def test_a_forest_that_draws_features_is_credited_by_their_own_numbers() -> None:
    draw = np.random.default_rng(3)
    x = draw.random((300, 4))
    x[:, 0] = 0.5
    trees = forest.fit(x, 1).set_params(max_features=2).fit(x)
    found = explain(trees, x[:50])
    length = -np.log2(-trees.score_samples(x[:50])) * average_length(trees.max_samples_)
    assert np.allclose(found.expected + found.changes.sum(axis=1), length, rtol=0, atol=1e-6)
    assert (found.changes[:, 0] == 0).all()


@pytest.mark.parametrize("causes", [1, 2, 3])
def test_the_top_contribution_is_a_planted_cause(scorer: Scorer, seen: Matrix, causes: int) -> None:
    draw = np.random.default_rng(causes)
    varies = np.flatnonzero(seen.std(axis=0) > 0)
    rare = forest.rarity(scorer.forest, seen)
    rows = seen[rare <= np.quantile(rare, 0.9)][draw.integers(0, len(seen) * 9 // 10, 300)].copy()
    planted = np.array([draw.choice(varies, causes, replace=False) for _ in rows])
    np.put_along_axis(rows, planted, seen.max(axis=0)[planted] * draw.uniform(1, 1.5, planted.shape), axis=1)
    top = explain(scorer.forest, rows).changes.argmin(axis=1)
    assert (planted == top[:, None]).any(axis=1).mean() >= 0.9


def test_no_rows_give_no_contributions(scorer: Scorer) -> None:
    assert explain(scorer.forest, np.empty((0, len(NAMES)))).changes.shape == (0, len(NAMES))
