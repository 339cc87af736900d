"""How rare is a pair's highest score among whole normal sessions of the past? A conformal p that can only fall.

The unit is a pair, its statistic the running maximum of anomaly_score over finals. Because calibration holds maxima of *whole*
sessions, M(t) <= M(end) gives p(t) >= p(end), so P(some t: p(t) <= a) <= a on exchangeable traffic (detection-study 1.2; Bates,
Candes, Lei, Romano, Sesia 2023 for the p-value). Which stratum speaks is told by app.detection.backoff.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from app.detection import backoff
from app.detection.bands import Bands
from app.detection.cells import LEAST_SESSIONS, LEAST_TAIL, Cell, Stratum, partition
from app.domain.calibrated import NOT_ENOUGH, OK

__all__ = ["LEAST_SESSIONS", "LEAST_TAIL", "NOT_ENOUGH", "OK", "Calibration", "Stratum", "judge_novelty", "quantile_score", "running_p"]

CLOSING: Final = 5.0
"""A spell of novelty closes at the quantile of 5 x alpha_open (E5)."""

Floats = npt.NDArray[np.float64]
Cells = dict[str, Cell]


@dataclass(frozen=True)
class Calibration:
    """Strata of every level by name, with the price bands that name them and the units they were made of."""

    strata: dict[str, Stratum]
    """Of the sessions that the model came with, whatever their platform: lent where a platform has too few of its own."""
    bands: Bands
    units: pl.DataFrame
    own: dict[str, Stratum] = field(default_factory=dict)
    """backoff.own_name(platform, level) -> the stratum of that platform's sessions alone."""
    _cells: dict[float, tuple[Cells, Cells]] = field(default_factory=dict, init=False, compare=False, repr=False)

    def cells(self, alpha: float) -> tuple[Cells, Cells]:
        """(own, lent) by level, for a p of alpha; made once per alpha."""
        if alpha not in self._cells:
            self._cells[alpha] = partition(self.own, alpha), partition(self.strata, alpha)
        return self._cells[alpha]


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


def judge_novelty(
    figures: pl.DataFrame, calibration: Calibration, alpha_open: float, suspended: frozenset[str] = frozenset()
) -> pl.DataFrame:
    """figures + calibration_level, p_value, open_score, close_score, calibration (app.domain.calibrated).

    Needs `running_max` (highest anomaly_score of the pair so far, null before its first price), `stratum` (strata.stratum of its
    first final, carried) and, where the calibration has own strata, `platform`. L1 now: anomaly_score > open_score; L1 over:
    anomaly_score <= close_score. Where no stratum speaks, or the weekly check has silenced it, all three are null: no L1.
    """
    own, lent = calibration.cells(alpha_open)
    told = backoff.choice(figures, _names(calibration.own, own), _names(calibration.strata, lent), suspended)
    running = figures.get_column("running_max").cast(pl.Float64()).to_numpy()
    p, opening, closing = (np.full(figures.height, np.nan) for _ in range(3))
    rows = told.select("name").with_row_index("row").drop_nulls("name").group_by("name").agg("row")
    for name, row in rows.iter_rows():
        here, stratum = np.asarray(row), (own.get(name) or lent[name]).held
        p[here] = running_p(running[here], stratum)
        opening[here] = quantile_score(alpha_open, stratum)
        closing[here] = quantile_score(min(1.0, CLOSING * alpha_open), stratum)
    return figures.with_columns(
        told.get_column("calibration_level"),
        pl.Series("p_value", np.where(np.isnan(running), np.nan, p)).fill_nan(None),
        pl.Series("open_score", opening).fill_nan(None),
        pl.Series("close_score", closing).fill_nan(None),
        told.get_column("calibration"),
    )


def _names(strata: Mapping[str, Stratum], cells: Cells) -> backoff.Names:
    return backoff.Names(strata, {level: cell.name for level, cell in cells.items()})
