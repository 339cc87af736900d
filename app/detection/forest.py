"""How unlike the past is a row? An isolation forest (Liu, Ting, Zhou 2008), read through a fit that cannot fall with the price.

The bare forest falls in about 4 % of pairs when every price is cut by 5 % (detection-study 1.11): it isolates what is *rare*, and a
price without any discount can be rare. So its score is learned by gradient boosting constrained to rise in every harmful-side
feature, and that is what is served. The forest stays in the model: it is what the fit was taught, and what explains a row.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from sklearn.ensemble import HistGradientBoostingRegressor, IsolationForest
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]  # ships no types; comes with scikit-learn

from app.detection.features import Matrix

# one controller: looking for the thread pools anew at each call takes longer than scoring a row
_THREADS: Final = ThreadpoolController()
TREES: Final = 100
ROWS_A_TREE: Final = 64
"""Beat 512 a tree on every real set (detection-study 2)."""
ROUNDS: Final = 60
"""150 and 300 rounds followed the forest no closer on the vegetables (R2 .999 each) and cost in proportion."""
DIGITS: Final = 12
OUTWARD: Final = 2.0
"""How far beyond the highest value seen the fit is taught: the forest saturates there, and so must the fit."""

Scores = npt.NDArray[np.float64]


def fit(x: Matrix, seed: int) -> IsolationForest:
    """A forest of 100 trees on 64 rows each; x: (rows, features) of past sessions, without gaps."""
    forest = IsolationForest(n_estimators=TREES, max_samples=min(ROWS_A_TREE, len(x)), contamination="auto", n_jobs=1, random_state=seed)
    return forest.fit(x)


def rarity(forest: IsolationForest, x: Matrix) -> Scores:
    """The bare forest: 2^(-E[path length] / c(n)) in (0, 1), higher is rarer; not monotone."""
    return rounded(-forest.score_samples(x)) if len(x) else np.empty(0)


def fit_monotone(forest: IsolationForest, x: Matrix, seed: int) -> HistGradientBoostingRegressor:
    """The forest's score as a function that never falls when any feature rises; taught on x and on rows pushed outwards from it."""
    taught = np.vstack([x, pushed_out(x, seed)])
    model = HistGradientBoostingRegressor(
        max_iter=ROUNDS, monotonic_cst=[1] * x.shape[1], early_stopping=False, random_state=seed, l2_regularization=1.0
    )
    with _THREADS.limit(limits=1):  # sums of gradients over threads would add in any order: two trainings must be byte-equal
        return model.fit(taught, rarity(forest, taught))


def pushed_out(x: Matrix, seed: int) -> Matrix:
    """x with a random half of its features raised: losses to come lie where past sessions have few rows."""
    draw = np.random.default_rng(seed)
    reach = OUTWARD * x.max(axis=0, initial=0.0)
    raised = x + draw.random(x.shape) ** 2 * reach
    return np.where(draw.random(x.shape) < 0.5, raised, x)


def novelty(model: HistGradientBoostingRegressor, x: Matrix) -> Scores:
    """Served novelty of each row, about (0, 1), higher is worse; one thread, 12 significant digits (D3)."""
    if not len(x):
        return np.empty(0)
    with _THREADS.limit(limits=1):
        return rounded(model.predict(x))


def rounded(values: Scores) -> Scores:
    """12 significant digits, so that the last bits of a sum never decide an equality."""
    return pl.select(pl.lit(pl.Series(values, dtype=pl.Float64)).round_sig_figs(DIGITS)).to_series().to_numpy()
