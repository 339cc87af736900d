"""How do whole past sessions become a calibration? One unit per pair, its maximum, and how many independent units they are worth."""

from __future__ import annotations

from typing import Final

import polars as pl

from app.detection.bands import Bands
from app.detection.calibration import Calibration, Stratum
from app.detection.strata import DEPTHS, parent, stratum
from app.domain.events import PAIR, SESSION

UNITS_SCHEMA: Final = {**{name: pl.String() for name in PAIR}, "stratum": pl.String(), "maximum": pl.Float64()}
TAIL: Final = 0.95


def units_of(scored: pl.DataFrame, bands: Bands) -> pl.DataFrame:
    """UNITS_SCHEMA: the pairs of scored finals that ever had a price; *all* finals of a session must be there, never a sample."""
    return (
        scored.with_columns(stratum(bands))
        .sort(*PAIR, "pane")
        .group_by(PAIR, maintain_order=True)
        .agg(pl.col("stratum").first(), pl.col("anomaly_score").max().alias("maximum"))
        .drop_nulls("maximum")
        .select(list(UNITS_SCHEMA))
    )


def calibrate(units: pl.DataFrame, bands: Bands) -> Calibration:
    """The strata of every level, from one table of units."""
    strata: dict[str, Stratum] = {}
    for depth in DEPTHS:
        for (name,), part in units.group_by(parent(pl.col("stratum"), depth).alias("level")):
            strata[str(name)] = _stratum(part)
    return Calibration(dict(sorted(strata.items())), bands, units)


def _stratum(units: pl.DataFrame) -> Stratum:
    sessions = units.select(SESSION).n_unique()
    return Stratum(units.get_column("maximum").sort().to_numpy(), sessions, effective(units, sessions))


def effective(units: pl.DataFrame, sessions: int) -> float:
    """Units over the design effect of sessions, measured on "in the top 5 %": pairs of one evening rise and fall together (1.4).

    Between the number of sessions (all pairs of an evening are one) and of units; the former too where the top has no edge.
    """
    top = units.select(*SESSION, (pl.col("maximum") > pl.col("maximum").quantile(TAIL, "lower")).alias("top"))
    share = float(top.get_column("top").sum()) / top.height
    if not 0.0 < share < 1.0:
        return float(sessions)
    surplus = top.group_by(SESSION).agg((pl.col("top").cast(pl.Float64()) - share).sum().pow(2)).sort(SESSION).get_column("top").sum()
    design = max(1.0, float(surplus) / (top.height * share * (1.0 - share)))
    return max(float(sessions), top.height / design)
