"""What is compared? Everything that gives each final a number, higher is worse; a pair's number is the highest of its finals."""

from __future__ import annotations

from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

OURS: Final = "ours"
DIVISION: Final = "single division"
RULE: Final = "rule"
PEER: Final = "peer"
SUPERVISED: Final = "supervised"


class CannotJudge(Exception):
    """A detector that cannot run here: a package or a label is missing; the text says which."""


class Detector(Protocol):
    """A detector of one set. Raises CannotJudge from `fit`."""

    name: str
    kind: str

    def fit(self, past: pl.DataFrame, truth: pl.DataFrame | None, /) -> None:
        """Learn from finals of past sessions; `truth` (platform, session_id, seller_id, product_id, loss) is for those that need labels."""

    def score(self, figures: pl.DataFrame, /) -> Floats:
        """(rows,) one score per final; NaN where nothing can be said, which ranks lowest."""


def settled(scores: Floats) -> Floats:
    """NaN and infinities made finite, so that ties stay ties: nothing to say is one step under the lowest score."""
    known = np.isfinite(scores)
    low, high = (float(scores[known].min()), float(scores[known].max())) if known.any() else (0.0, 0.0)
    return np.where(known, scores, np.where(scores == np.inf, high + 1.0, low - 1.0))
