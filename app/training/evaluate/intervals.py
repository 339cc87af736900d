"""How sure is a figure? Draws of whole clusters for rankings, exact Poisson limits for counts."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl
from scipy.stats import chi2

from app.training.evaluate.detector import Floats

DRAWS: Final = 200
LOW, HIGH = 0.025, 0.975


def cluster_draws(pairs: pl.DataFrame, cluster: tuple[str, ...], seed: int, draws: int = DRAWS) -> Floats:
    """(draws, pairs): how often each pair's cluster was drawn, with replacement: pairs of one cluster rise and fall together."""
    codes = pairs.select(pl.struct(cluster).rank("dense") - 1).to_series().cast(pl.Int64()).to_numpy()
    clusters = int(codes.max(initial=-1)) + 1
    draw = np.random.default_rng(seed)
    counts = np.stack([np.bincount(draw.integers(0, clusters, clusters), minlength=clusters)[codes] for _ in range(draws)])
    return counts.astype(np.float64)


def interval(values: Floats) -> tuple[float, float]:
    """The middle 95 % of draws; NaN where no draw could be told."""
    known = values[np.isfinite(values)]
    if not len(known):
        return float("nan"), float("nan")
    return float(np.quantile(known, LOW)), float(np.quantile(known, HIGH))


def poisson_limits(count: int, alpha: float = 0.05) -> tuple[float, float]:
    """Exact two-sided limits of a Poisson mean from one count (Garwood 1936): nothing seen is not nothing to fear."""
    low = float(chi2.ppf(alpha / 2, 2 * count)) / 2 if count else 0.0
    return low, float(chi2.ppf(1 - alpha / 2, 2 * (count + 1))) / 2
