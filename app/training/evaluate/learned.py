"""What do labels bring? Learners that are told the past's losses: Walmart's naive Bayes, and boosting on our features."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.naive_bayes import GaussianNB

from app.detection import features
from app.detection.features import Matrix, feature_frame, price_now
from app.training.dataset import IDS
from app.training.evaluate.detector import PEER, SUPERVISED, CannotJudge, Flags, Floats
from app.training.evaluate.divisions import two_divisions

LEAST_LOSSES: Final = 5
ANCHORS: Final = ("list_price", "own_median_ps", "market_median", "rivals_median_pb")
TEN: Final = 10.0


def deepest(past: pl.DataFrame, truth: pl.DataFrame | None) -> tuple[pl.DataFrame, Flags]:
    """One final per labelled pair, its deepest by two divisions, with the label. Raises CannotJudge without losses to learn from."""
    if truth is None:
        raise CannotJudge("needs labels of the past, this set has none")
    rows = past.with_columns(two_divisions().alias("__depth")).filter(price_now().is_not_null())
    one = rows.sort("__depth", "pane", descending=[True, False]).unique(IDS, keep="first", maintain_order=True)
    labelled = one.join(truth.select(*IDS, "loss"), on=IDS, how="inner", maintain_order="left")
    loss = labelled.get_column("loss").to_numpy().astype(bool)
    if loss.sum() < LEAST_LOSSES or loss.all():
        raise CannotJudge(f"needs labels of the past with {LEAST_LOSSES} losses or more, there are {int(loss.sum())}")
    return labelled, loss


class WalmartNaiveBayes:
    """Gaussian naive Bayes on ln((anchor + 10) / (price + 10)), means for what is missing, as in Walmart's released code (reference B1).

    It is told the labels of the past: the released code trains it on marked anomalies. The cost, one of its inputs, is hidden here.
    """

    name = "Gaussian NB (Walmart)"
    kind = PEER

    def fit(self, past: pl.DataFrame, truth: pl.DataFrame | None, /) -> None:
        """One final per labelled pair of the past."""
        rows, loss = deepest(past, truth)
        raw = self._raw(rows)
        known = np.isfinite(raw)
        sums = np.where(known, raw, 0.0).sum(axis=0)
        self._means = sums / np.maximum(known.sum(axis=0), 1)
        self._model = GaussianNB().fit(self._filled(raw), loss)

    def score(self, figures: pl.DataFrame) -> Floats:
        """ln odds of a loss; NaN without a price."""
        proba = self._model.predict_log_proba(self._filled(self._raw(figures)))
        return _priced(figures, np.asarray(proba[:, 1] - proba[:, 0], dtype=np.float64))

    def _raw(self, figures: pl.DataFrame) -> Matrix:
        ratios = [((pl.col(a).cast(pl.Float64()) + TEN) / (price_now() + TEN)).log().alias(a) for a in ANCHORS]
        return figures.select(ratios).fill_null(np.nan).to_numpy()

    def _filled(self, raw: Matrix) -> Matrix:
        return np.where(np.isfinite(raw), raw, self._means)


class Boosting:
    """The supervised line: HistGradientBoosting on our features with the true labels of the past, which nobody has."""

    name = "supervised boosting"
    kind = SUPERVISED

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def fit(self, past: pl.DataFrame, truth: pl.DataFrame | None, /) -> None:
        """One final per labelled pair of the past; gaps stay gaps."""
        rows, loss = deepest(past, truth)
        raw = _gapped(rows)
        self._known = np.isfinite(raw).any(axis=0)  # a column without a single value cannot be binned
        self._model = HistGradientBoostingClassifier(max_iter=100, early_stopping=False, random_state=self._seed)
        self._model.fit(raw[:, self._known], loss)

    def score(self, figures: pl.DataFrame) -> Floats:
        """ln odds of a loss; NaN without a price."""
        odds = self._model.decision_function(_gapped(figures)[:, self._known])
        return _priced(figures, np.asarray(odds, dtype=np.float64))


def _gapped(figures: pl.DataFrame) -> Matrix:
    return feature_frame(figures).select(features.NAMES).fill_null(np.nan).to_numpy()


def _priced(figures: pl.DataFrame, scores: Floats) -> Floats:
    # a row without a price is all gaps, and a tree sends gaps anywhere: it would be the pair's highest
    return np.where(figures.select(price_now().is_not_null()).to_series().to_numpy(), scores, np.nan)
