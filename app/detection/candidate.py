"""How would a candidate have ranked the same units? Rank agreement, and how many findings each would have opened on novelty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from app.domain.canonical import rounded


@dataclass(frozen=True)
class Compared:
    """Two models over the same units. Openings: units whose p fell to alpha_open; null p (no calibration) opens nothing."""

    units: int
    spearman: float | None
    serving_opens: int
    candidate_opens: int
    both_open: int


def compared(units: pl.DataFrame, alpha: float) -> Compared:
    """units: maximum, p_value (serving), shadow_score, shadow_p (candidate); those that only one has scored are left out."""
    both = units.drop_nulls(["maximum", "shadow_score"])
    one, other = ((pl.col(c) <= alpha).fill_null(value=False) for c in ("p_value", "shadow_p"))
    opens = both.select(one.sum().alias("one"), other.sum().alias("other"), (one & other).sum().alias("both")).row(0)
    return Compared(both.height, _spearman(both), *(int(n or 0) for n in opens))


def _spearman(both: pl.DataFrame) -> float | None:
    """Pearson's correlation of mean ranks; null where it is not defined."""
    ranks = both.select(pl.col("maximum", "shadow_score").rank("average")).to_numpy()
    if len(ranks) < 2 or not ranks.std(axis=0).all():
        return None
    return rounded(float(np.corrcoef(ranks.T)[0, 1]))
