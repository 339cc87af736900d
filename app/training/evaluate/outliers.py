"""How far do ready-made outlier detectors get on our own features? HBOS, ECOD, kNN, isolation forest of PyOD, half-space trees of river.

PyOD and river are development packages; where one is missing the row says so. All are fitted on one and the same sample of the past.
"""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from typing import Any, Final

import numpy as np
import polars as pl

from app.detection import features
from app.detection.features import Matrix
from app.training.evaluate.detector import PEER, CannotJudge, Floats
from app.training.sample import sample

PYOD: Final = {"HBOS": "hbos.HBOS", "ECOD": "ecod.ECOD", "kNN": "knn.KNN", "isolation forest (PyOD)": "iforest.IForest"}
SEEDED: Final = ("isolation forest (PyOD)",)
AT_MOST: Final = 4_000
"""Rows of the past: kNN keeps them all, and ECOD sorts them with every batch."""
AT_ONCE: Final = 50_000


class Unlabelled(ABC):
    """A detector of points: scores distinct rows of the feature matrix once."""

    kind = PEER

    def __init__(self, name: str, seed: int) -> None:
        self.name = name
        self._seed = seed

    def fit(self, past: pl.DataFrame, _truth: pl.DataFrame | None, /) -> None:
        """On at most 4,000 sampled finals, each feature's gaps filled as the forest's are."""
        rows = sample(past, self._seed)
        chosen = rows.sample(min(AT_MOST, rows.height), seed=self._seed, shuffle=False)
        raw = features.feature_frame(chosen)
        self._neutral = features.neutral_values(raw)
        self.learn(features.matrix(raw, self._neutral))

    def score(self, figures: pl.DataFrame) -> Floats:
        """The package's own score, higher is more unlike the past; NaN without a price."""
        priced = figures.select(features.price_now().is_not_null()).to_series().to_numpy()
        x = features.matrix(features.feature_frame(figures), self._neutral)
        distinct, back = np.unique(x, axis=0, return_inverse=True)
        parts = [self.unlike(distinct[i : i + AT_ONCE]) for i in range(0, len(distinct), AT_ONCE)]
        return np.where(priced, np.concatenate(parts)[back.reshape(-1)] if parts else np.empty(0), np.nan)

    @abstractmethod
    def learn(self, x: Matrix) -> None:
        """Fit on (rows, features)."""

    @abstractmethod
    def unlike(self, x: Matrix) -> Floats:
        """(rows,) scores."""


class PyOD(Unlabelled):
    """A PyOD model with its defaults."""

    def learn(self, x: Matrix) -> None:
        """Raises CannotJudge without PyOD."""
        module, cls = PYOD[self.name].split(".")
        try:
            made = getattr(importlib.import_module(f"pyod.models.{module}"), cls)
        except ImportError as missing:
            raise CannotJudge(f"PyOD is not installed ({missing}); it comes with the development packages") from missing
        self._model: Any = made(random_state=self._seed) if self.name in SEEDED else made()
        self._model.fit(x)

    def unlike(self, x: Matrix) -> Floats:
        """decision_function."""
        return np.asarray(self._model.decision_function(x), dtype=np.float64)


class HalfSpaceTrees(Unlabelled):
    """river's half-space trees, taught the past in its order and then only asked."""

    def learn(self, x: Matrix) -> None:
        """Features squeezed into [0, 1] by the past's extremes, as the trees want it. Raises CannotJudge without river."""
        try:
            anomaly = importlib.import_module("river.anomaly")
        except ImportError as missing:
            raise CannotJudge(f"river is not installed ({missing}); it comes with the development packages") from missing
        self._low, self._high = x.min(axis=0), x.max(axis=0)
        self._model: Any = anomaly.HalfSpaceTrees(seed=self._seed)
        for row in self._squeezed(x):
            self._model.learn_one(row)

    def unlike(self, x: Matrix) -> Floats:
        """score_one of each row."""
        return np.array([self._model.score_one(row) for row in self._squeezed(x)], dtype=np.float64)

    def _squeezed(self, x: Matrix) -> list[dict[int, float]]:
        width = np.where(self._high > self._low, self._high - self._low, 1.0)
        return [dict(enumerate(row)) for row in np.clip((x - self._low) / width, 0.0, 1.0).tolist()]


def outliers(seed: int) -> list[Unlabelled]:
    """All of them."""
    return [*(PyOD(name, seed) for name in PYOD), HalfSpaceTrees("half-space trees (river)", seed)]
