"""How rare is a pair's highest score among whole normal sessions of the past? A conformal p that can only fall.

The unit is a pair, its statistic the running maximum of anomaly_score over finals. Because calibration holds maxima of *whole*
sessions, M(t) <= M(end) gives p(t) >= p(end), so P(some t: p(t) <= a) <= a on exchangeable traffic (detection-study 1.2; Bates,
Candes, Lei, Romano, Sesia 2023 for the p-value). The level of back-off is chosen from counts alone, before any score is seen (1.7).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from app.detection.bands import Bands
from app.detection.strata import DEPTHS, parent

LEAST_SESSIONS: Final = 30
LEAST_TAIL: Final = 10.0
"""n_eff x alpha: then the realised rate at alpha has a relative sd of at most .32 (detection-study 1.4)."""
CLOSING: Final = 5.0
"""A spell of novelty closes at the quantile of 5 x alpha_open (E5)."""
OK: Final = "ok"
NOT_ENOUGH: Final = "not enough calibration"

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Stratum:
    """Maxima of one stratum's units, ascending; from how many sessions; worth how many independent units."""

    maxima: Floats
    sessions: int
    effective: float

    def enough(self, alpha: float) -> bool:
        """Whether a p of alpha can be told apart here."""
        return self.sessions >= LEAST_SESSIONS and self.effective * alpha >= LEAST_TAIL


@dataclass(frozen=True)
class Calibration:
    """Strata of every level by name, with the price bands that name them and the units they were made of."""

    strata: dict[str, Stratum]
    bands: Bands
    units: pl.DataFrame


def running_p(running_max: Floats, stratum: Stratum) -> Floats:
    """(1 + #{c >= m}) / (n + 1) for each m."""
    n = len(stratum.maxima)
    return (1 + n - np.searchsorted(stratum.maxima, running_max, side="left")) / (n + 1)


def quantile_score(alpha: float, stratum: Stratum) -> float:
    """The score *above* which p <= alpha, exactly as running_p counts it; infinite where none can be that rare."""
    n = len(stratum.maxima)
    reached = int(alpha * (n + 1)) + 1
    while reached / (n + 1) > alpha:  # the same division as running_p's, so that both agree to the last bit
        reached -= 1
    if reached < 1:
        return float("inf")
    return float(stratum.maxima[n - reached]) if reached <= n else float("-inf")


def chosen(stratum: pl.Expr, calibration: Calibration, alpha: float) -> pl.Expr:
    """The finest level with enough units and sessions for alpha, by counts only; null where none has."""
    enough = [name for name, s in calibration.strata.items() if s.enough(alpha)]
    levels = [parent(stratum, depth) for depth in DEPTHS]
    return pl.coalesce(pl.when(level.is_in(enough)).then(level) for level in levels)


def judge_novelty(figures: pl.DataFrame, calibration: Calibration, alpha_open: float) -> pl.DataFrame:
    """figures + calibration_level, p_value, open_score, close_score, calibration.

    Needs `running_max` (highest anomaly_score of the pair so far, null before its first price) and `stratum` (strata.stratum of its
    first final, carried). L1 now: anomaly_score > open_score; L1 over: anomaly_score <= close_score.
    """
    levels = figures.select(chosen(pl.col("stratum"), calibration, alpha_open)).to_series()
    running = figures.get_column("running_max").cast(pl.Float64()).to_numpy()
    p, opening, closing = (np.full(figures.height, np.nan) for _ in range(3))
    for name in levels.drop_nulls().unique().sort():
        here, stratum = (levels == name).fill_null(False).to_numpy(), calibration.strata[name]
        p[here] = running_p(running[here], stratum)
        opening[here] = quantile_score(alpha_open, stratum)
        closing[here] = quantile_score(min(1.0, CLOSING * alpha_open), stratum)
    known = pl.Series(levels.is_not_null())
    return figures.with_columns(
        levels.alias("calibration_level"),
        pl.Series("p_value", np.where(np.isnan(running), np.nan, p)).fill_nan(None),
        pl.Series("open_score", opening).fill_nan(None),
        pl.Series("close_score", closing).fill_nan(None),
        pl.select(pl.when(known).then(pl.lit(OK)).otherwise(pl.lit(NOT_ENOUGH)).alias("calibration")).to_series(),
    )
