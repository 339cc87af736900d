"""How likely was a pair sold under its cost, going by sellers whose cost is known? Null where no known cost speaks for its market.

Boosting that can only rise when the price falls, learned from pairs whose cost is known, read through an isotonic map made on pairs of
other owners and other sessions. Where it speaks it leads anomaly_score, on the scale of the forest's own score (docs/decisions/008).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]  # ships no types; comes with scikit-learn

from app.detection.forest import Scores, rounded
from app.detection.loss_features import Matrix, loss_frame, loss_matrix

_THREADS: Final = ThreadpoolController()
LEAST_OWNERS: Final = 3
LEAST_PAIRS: Final = 30
"""Support rule `known-3x30`: a market is one category key in one currency; it is supported from three owners with known cost and thirty
of their pairs on. Counts only, fixed when the model is made."""
SUPPORT_RULE: Final = "known-3x30"
SMOOTH: Final = 0.1
"""Share of the logistic line in the probability: an isotonic map is flat in places, and a flat one cannot rank."""
LEAD: Final = 0.9
"""Share of the probability in a led score; the rest keeps the forest's order among equal probabilities."""


@dataclass(frozen=True)
class Lead:
    """On known pairs kept out: logit P(loss) = a + b ln(base score + smallest), and = c + d x margin. What carries a margin to a score."""

    a: float
    b: float
    c: float
    d: float
    smallest: float


@dataclass(frozen=True)
class LossModel:
    """The boosting, its calibration as knots of an isotonic map, the levels of its categories, and what supports it."""

    boosting: HistGradientBoostingClassifier
    margins: tuple[float, ...]
    probabilities: tuple[float, ...]
    """Centres of the isotonic blocks and the share of losses in each, both ascending."""
    levels: dict[str, float]
    """category key -> its level, the last column of the matrix."""
    support: dict[str, tuple[int, int, int]]
    """"key|currency" -> owners with known cost, their pairs, those sold under cost."""
    lead: Lead


def market() -> pl.Expr:
    """ "key|currency" of a row of figures."""
    return pl.concat_str("key", "currency", separator="|")


def supported(model: LossModel) -> list[str]:
    """The markets in which the probability is said, by the support rule."""
    return [name for name, (owners, pairs, _) in model.support.items() if owners >= LEAST_OWNERS and pairs >= LEAST_PAIRS]


def margin(boosting: HistGradientBoostingClassifier, x: Matrix) -> Scores:
    """Log-odds of a loss as the boosting gives them; one thread, 12 significant digits (D3)."""
    if not len(x):
        return np.empty(0)
    with _THREADS.limit(limits=1):
        return rounded(boosting.decision_function(x))


def with_loss(scored: pl.DataFrame, model: LossModel | None) -> pl.DataFrame:
    """Figures with an anomaly_score -> + loss_probability (null where unsupported or without a price), anomaly_score led by it.

    Both rise, or stay, when the price falls: the margin does by its constraints, the map by being isotonic, the lead by adding what rises.
    """
    if model is None:
        return scored.with_columns(pl.lit(None, pl.Float64).alias("loss_probability"))
    told = scored.select(market().is_in(supported(model)).fill_null(value=False) & pl.col("anomaly_score").is_not_null()).to_series()
    rows = scored.filter(told)
    margins = margin(model.boosting, loss_matrix(loss_frame(rows), rows.get_column("key"), model.levels))
    probability, score = np.full(scored.height, np.nan), scored.get_column("anomaly_score").to_numpy().copy()
    here = told.to_numpy()
    probability[here] = probabilities(margins, model)
    score[here] = led(score[here], margins, model.lead)
    return scored.with_columns(
        pl.Series("loss_probability", rounded(probability)).fill_nan(None), pl.Series("anomaly_score", rounded(score)).fill_nan(None)
    )


def probabilities(margins: Scores, model: LossModel) -> Scores:
    """Calibrated probability of each margin: between the centres of the isotonic blocks, with a little of the logistic line.

    Centred isotonic regression (Oron, Flournoy 2017); the line (Platt 1999) keeps it rising beyond the first and the last centre.
    """
    line = 1.0 / (1.0 + np.exp(-(model.lead.c + model.lead.d * margins)))
    out: Scores = (1.0 - SMOOTH) * np.interp(margins, model.margins, model.probabilities) + SMOOTH * line
    return out


def led(base: Scores, margins: Scores, lead: Lead) -> Scores:
    """The base score that would have meant the same odds as the margin, with a tenth of the row's own base score."""
    same = np.exp((lead.c + lead.d * margins - lead.a) / lead.b) - lead.smallest
    out: Scores = LEAD * np.maximum(same, 0.0) + (1.0 - LEAD) * base
    return out
