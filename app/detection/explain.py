"""Why does a row look unusual? What each feature adds to, or takes from, the path length of the isolation forest, exactly additive.

A rare row is isolated by few splits: its path is short. At every split on its way the expected length of the whole path changes; the
change is credited to the feature that was split on. Summed over trees and divided by their number, the contributions of a row are
(its mean path length, with scikit-learn's c(n) at the leaves; Liu, Ting, Zhou 2008) - (the length expected at the roots by the
training rows' counts), to the last rounding. Negative: the feature isolates the row. A feature that training never saw vary has no
split and so no contribution.

It is the *forest* that is explained. What is served as novelty is a monotone fit taught by that forest, and the score multiplies it
by depth: contributions say which figures are rare, the counterfactual (counterfactual.py) says which price would clear.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import IsolationForest

from app.detection.features import Matrix

DECIMALS: Final = 9
"""Path lengths are of the order of 10 splits: at most twelve figures, far coarser than the last bits of a sum (D3)."""

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Explained:
    """In splits: (rows,) path length of each row, the one expected at the roots, and (rows, features) changes between the two."""

    length: Floats
    expected: float
    changes: Floats


@dataclass(frozen=True)
class Nodes:
    """All nodes of all trees behind each other; `down`: left and right child, a leaf is its own child."""

    roots: Indices
    feature: Indices
    threshold: Floats
    down: Indices
    expected: Floats
    """Path length from the root that training rows have, on average, which came to this node."""
    steps: int


def explain(forest: IsolationForest, x: Matrix) -> Explained:
    """The contributions of every feature for rows x: (rows, features) without gaps, as the forest saw them; rounded to 9 decimals."""
    nodes, (rows, features) = _nodes(forest), x.shape
    narrow = x.astype(np.float32)  # scikit-learn compares single precision: another cast would find other leaves
    row = np.repeat(np.arange(rows), len(nodes.roots))
    at = np.tile(nodes.roots, rows)
    changes = np.zeros(rows * features)
    for _ in range(nodes.steps):
        split = nodes.feature[at]
        after = nodes.down[at, (narrow[row, split] > nodes.threshold[at]).astype(np.int64)]
        gained = nodes.expected[after] - nodes.expected[at]
        changes += np.bincount(row * features + split, weights=gained, minlength=rows * features)
        at = after
    trees = len(nodes.roots)
    length = nodes.expected[at].reshape(rows, trees).mean(axis=1)
    expected = float(nodes.expected[nodes.roots].mean())
    return Explained(length.round(DECIMALS), round(expected, DECIMALS), (changes / trees).reshape(rows, features).round(DECIMALS))


def average_length(n: npt.ArrayLike) -> Floats:
    """c(n): mean length of an unsuccessful search among n rows, 2 (ln(n-1) + gamma) - 2 (n-1)/n; c(1) = 0, c(2) = 1."""
    counts = np.asarray(n, dtype=np.float64)
    many = np.maximum(counts, 3.0)
    full = 2.0 * (np.log(many - 1.0) + np.euler_gamma) - 2.0 * (many - 1.0) / many
    return np.where(counts <= 1, 0.0, np.where(counts == 2, 1.0, full))


@lru_cache(maxsize=4)
def _nodes(forest: IsolationForest) -> Nodes:
    """The nodes of a fitted forest; made once, a forest does not change."""
    trees = [tree.tree_ for tree in forest.estimators_]
    sizes = [tree.node_count for tree in trees]
    roots = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    # a forest that draws features numbers them anew in each tree
    names = zip(trees, forest.estimators_features_, strict=True)
    return Nodes(
        roots=roots,
        feature=np.concatenate([drawn[np.maximum(tree.feature, 0)] for tree, drawn in names]).astype(np.int64),
        threshold=np.concatenate([tree.threshold for tree in trees]),
        down=np.vstack([_children(tree) + root for tree, root in zip(trees, roots, strict=True)]),
        expected=np.concatenate([_expected(tree) for tree in trees]),
        steps=max(tree.max_depth for tree in trees),
    )


def _children(tree: Any) -> Indices:
    own = np.arange(tree.node_count)
    both = np.stack([tree.children_left, tree.children_right], axis=1)
    return np.where(both < 0, own[:, None], both)


def _expected(tree: Any) -> Floats:
    """depth + c(n) at a leaf; at a split the mean of its children, weighted by their training rows."""
    depth, expected = np.zeros(tree.node_count), average_length(tree.n_node_samples)
    left, right, rows = tree.children_left, tree.children_right, tree.weighted_n_node_samples
    inner = np.flatnonzero(left >= 0)  # a child is always numbered after its parent
    for node in inner:
        depth[[left[node], right[node]]] = depth[node] + 1.0
    expected += depth
    for node in inner[::-1]:
        a, b = left[node], right[node]
        expected[node] = (rows[a] * expected[a] + rows[b] * expected[b]) / (rows[a] + rows[b])
    return expected
