"""What does one simulated day say, judged by the service's own code? Running maximum, p, opening and the day's q, counted by truth.

Scores are drawn; everything after them is the line's: `highest_so_far` over every window, `judge_novelty` against `calibrate`,
`anomaly_score > open_score`, `day_q` over the units of the day; `spells.step` on a sample of pairs must open the same ones.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from app.detection.calibration import Calibration, judge_novelty
from app.detection.day_q import day_q
from app.domain.time import PANE_US
from app.findings.spells import Spell, step
from app.training.evaluate.simulation_traffic import Floats, Traffic
from app.windows.running import highest_so_far

Flags = npt.NDArray[np.bool_]
Counts = dict[str, float]

LEVELS: Final = (0.05, 0.10, 0.20)
THIRDS: Final = ("short", "mid", "long")


@dataclass(frozen=True)
class Day:
    """The windows of one day's traffic, a row each in the line's order, and whose they are."""

    traffic: Traffic
    unit: npt.NDArray[np.int64]
    rows: pl.DataFrame  # PAIR, stratum, pane, max_score (nothing carried)

    @classmethod
    def of(cls, traffic: Traffic, series: Floats) -> Day:
        """Windows in which a session runs."""
        unit, pane = np.nonzero(~np.isnan(series))
        rows = traffic.about[unit].with_columns(pl.Series("pane", pane), pl.lit(None, pl.Float64).alias("max_score"))
        return cls(traffic, unit, rows)

    def scored(self, series: Floats) -> pl.DataFrame:
        """Rows with the scores of a series and the running maximum."""
        score = pl.Series("anomaly_score", series[~np.isnan(series)].astype(np.float64))
        return highest_so_far(self.rows.with_columns(score), "anomaly_score", "max_score", "running_max")

    def ends(self) -> npt.NDArray[np.int64]:
        """The row of each unit's last window."""
        return np.append(np.flatnonzero(np.diff(self.unit)), len(self.unit) - 1)


def judge_day(day: Day, scored: pl.DataFrame, planted: Flags, calibration: Calibration, alpha: float) -> tuple[Counts, pl.DataFrame]:
    """Counts of what opened and what was listed, re-tested at every window, and the judged rows."""
    judged = judge_novelty(scored, calibration, alpha)
    loud = (judged.get_column("anomaly_score") > judged.get_column("open_score")).fill_null(value=False).to_numpy()
    opened = np.bincount(day.unit, weights=loud, minlength=len(planted)) > 0
    return _counts(day, judged.get_column("p_value").gather(day.ends()), opened, planted, alpha), judged


def judge_ends(day: Day, ended: pl.DataFrame, planted: Flags, calibration: Calibration, alpha: float) -> Counts:
    """The same from the last windows alone: p only falls, so whoever ever opened has p <= alpha there (judge_day counts exceptions)."""
    p = judge_novelty(ended, calibration, alpha).get_column("p_value")
    return _counts(day, p, (p.fill_null(1.0) <= alpha).to_numpy(), planted, alpha)


def _counts(day: Day, p: pl.Series, opened: Flags, planted: Flags, alpha: float) -> Counts:
    counts = listed(p, planted) | _openings(opened, planted, _third(day.traffic))
    counts["untested"] = float(p.null_count())
    counts["opened without a small p"] = float(np.sum(opened != (p.fill_null(1.0) <= alpha).to_numpy()))
    return counts


def listed(p: pl.Series, planted: Flags) -> Counts:
    """Of the day's q-list at each level: its false share (0 if empty), whether it holds anything, the planted units in it."""
    q = day_q(p).fill_null(2.0).to_numpy()
    found: Counts = {"planted": float(planted.sum())}
    for level in LEVELS:
        mine = q <= level
        found |= {
            f"false share {level}": float((mine & ~planted).sum() / max(1, mine.sum())),
            f"anything {level}": float(mine.any()),
            f"hits {level}": float((mine & planted).sum()),
        }
    return found


def spells_opened(day: Day, judged: pl.DataFrame, most: int) -> list[tuple[bool, bool]]:
    """(score ever over open_score, the line's spell ever at L1) of up to `most` pairs that opened and as many that did not."""
    loud = (pl.col("anomaly_score") > pl.col("open_score")).fill_null(value=False)
    rows = judged.with_columns(loud.alias("loud"), ((pl.col("pane") + 1) * PANE_US).alias("end_us"), pl.Series("unit", day.unit))
    units = rows.group_by("unit").agg(pl.col("loud").any()).sort("unit")
    some = pl.concat([units.filter("loud").head(most), units.filter(~pl.col("loud")).head(most)])
    found = []
    for unit, opened in some.rows():
        spell = Spell()
        for final in rows.filter(pl.col("unit") == unit).iter_rows(named=True):
            step(spell, defaultdict(lambda: None, final), natural=True)  # of prices and law it hears nothing
        found.append((opened, spell.level >= 1))
    return found


def _third(traffic: Traffic) -> npt.NDArray[np.int64]:
    """0 the third of sessions that ran shortest, 2 that ran longest, by unit."""
    first = np.append(True, np.diff(traffic.session) != 0)
    edges = np.quantile(traffic.length[first], [1 / 3, 2 / 3])
    return np.searchsorted(edges, traffic.length, side="left").astype(np.int64)


def _openings(opened: Flags, planted: Flags, third: npt.NDArray[np.int64]) -> Counts:
    normal = ~planted
    found: Counts = {"normal": float(normal.sum()), "opened": float((opened & normal).sum())}
    for i, name in enumerate(THIRDS):
        found |= {f"normal {name}": float((normal & (third == i)).sum()), f"opened {name}": float((opened & normal & (third == i)).sum())}
    return found
