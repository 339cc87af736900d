"""How well does a ranking put losses first? AP, area under the ROC curve, precision in the first 50; ties have no order."""

from __future__ import annotations

from typing import Final

import numpy as np

from app.training.evaluate.detector import Flags, Floats

FIRST: Final = 50.0
TINY: Final = 1e-300


class Ranking:
    """One score over labelled pairs, sorted once; every figure is then asked for any weights of the pairs."""

    def __init__(self, loss: Flags, scores: Floats) -> None:
        """loss, scores: (pairs,); higher is worse."""
        self._order = np.argsort(-scores, kind="stable")
        ordered = scores[self._order]
        self._last = np.append(np.diff(ordered) != 0, True)
        self._loss = loss[self._order]

    def average_precision(self, weights: Floats) -> Floats:
        """(draws,) for weights (draws, pairs): sum over distinct scores of precision x gain in recall; NaN without a loss."""
        hits, seen = self._steps(weights)
        total = hits[:, -1]
        gained = np.diff(hits, prepend=0.0, axis=1)
        found = np.sum(gained * hits / np.maximum(seen, TINY), axis=1) / np.maximum(total, TINY)
        return np.where(total > 0, found, np.nan)

    def area(self, weights: Floats) -> Floats:
        """(draws,) area under the ROC curve, ties half; NaN without both kinds."""
        hits, seen = self._steps(weights)
        false = seen - hits
        gained, passed = np.diff(hits, prepend=0.0, axis=1), np.diff(false, prepend=0.0, axis=1)
        before = false - passed
        above = np.sum(gained * (false[:, -1:] - before - passed / 2), axis=1)
        both = hits[:, -1] * false[:, -1]
        return np.where(both > 0, above / np.maximum(both, TINY), np.nan)

    def precision_first(self, weights: Floats, first: float = FIRST) -> Floats:
        """(draws,) share of losses among the `first` units of weight on top; of a tie that crosses the line its own share."""
        hits, seen = self._steps(weights)
        line = np.minimum(first, seen[:, -1])
        found = [np.interp(x, np.append(0.0, s), np.append(0.0, h)) for x, s, h in zip(line, seen, hits, strict=True)]
        return np.asarray(found) / np.maximum(line, TINY)

    def _steps(self, weights: Floats) -> tuple[Floats, Floats]:
        ordered = weights[:, self._order]
        hits, seen = np.cumsum(ordered * self._loss, axis=1), np.cumsum(ordered, axis=1)
        return hits[:, self._last], seen[:, self._last]
