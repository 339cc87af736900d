"""How often does the shipped model raise a false alarm on lawful promotions? Openings and findings per 1,000 posted events.

Two answers: with the calibration that the model was shipped with, which knows neither dollars nor dong and must say so, and with the
set's own earlier half as calibration (a platform that loaded its history): the share of later pairs at p <= alpha_open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import polars as pl

from app.detection.calibration import OK
from app.detection.model import Model
from app.domain.events import PAIR, SESSION
from app.domain.levels import Level, Severity
from app.domain.snapshot import empty_snapshot
from app.findings.rulebook import read_rule_book
from app.training.bulk import Bulk, rows_of
from app.training.evaluate.intervals import poisson_limits
from app.training.evaluate.sets import promotions, shopee

ALPHA: Final = 0.01
QUICK_EVERY, QUICK_LAST = 60, "2022-01-15"
Row = dict[str, Any]


def false_alarms(folder: Path, model: Model | None, *, quick: bool = False) -> list[Row]:
    """One row for promotions/ and one for shopee_vn/. folder: KAWAL_REFERENCE_DATA. Raises OSError without the files."""
    every = QUICK_EVERY if quick else promotions.EVERY
    ticks = shopee.price_ticks(folder)
    ticks = ticks.filter(pl.col("day") <= QUICK_LAST) if quick else ticks
    middle = int(ticks["at"].median().timestamp() * 1_000_000) if quick else shopee.fit_until_us()  # type: ignore[union-attr]
    return [
        _row(
            "promotions", promotions.PLATFORM, promotions.events_of(promotions.store_weeks(folder, every)), promotions.fit_until_us(), model
        ),
        _row("shopee", shopee.PLATFORM, shopee.events_of(ticks), middle, model),
    ]


def _row(name: str, platform: str, events: Iterator[dict[str, Any]], later_us: int, model: Model | None) -> Row:
    rows = rows_of(events, platform)
    line = Bulk(platform, replace(empty_snapshot(), senders={platform: ()}, alpha_open=ALPHA), read_rule_book(), model)
    columns = (*PAIR, "end_us", "severity", "level", "anomaly_score", "calibration")
    finals = pl.concat([closed.finals.select(columns) for closed in line.run(rows)])
    pairs = finals.group_by(PAIR).agg(
        pl.col("end_us").min(), pl.col("severity", "level", "anomaly_score").max(), (pl.col("calibration") == OK).any().alias("calibrated")
    )
    count = _per_thousand(rows.height)
    own = _own_calibration(pairs, later_us)
    return {
        "set": name,
        "events": rows.height,
        "sessions": pairs.select(SESSION).n_unique(),
        "pairs": pairs.height,
        "pairs_calibrated": int(pairs["calibrated"].sum()),
        "l1_openings": pairs.filter(pl.col("level") >= Level.L1).height,
        "medium_or_more": pairs.filter(pl.col("severity") >= Severity.MEDIUM).height,
        "l1_per_1000_events": count(pairs.filter(pl.col("level") >= Level.L1).height),
        "medium_per_1000_events": count(pairs.filter(pl.col("severity") >= Severity.MEDIUM).height),
        "medium_per_1000_upper": count(poisson_limits(pairs.filter(pl.col("severity") >= Severity.MEDIUM).height)[1]),
        **_own_told(own, rows.filter(pl.col("occurred_us") >= later_us).height),
    }


def _per_thousand(events: int) -> Callable[[float], float]:
    return lambda found: 1000 * found / max(1, events)


def _own_calibration(pairs: pl.DataFrame, later_us: int) -> pl.DataFrame:
    """Later pairs with p, the conformal p of their highest score among the earlier pairs (Bates et al. 2023)."""
    scored = pairs.drop_nulls("anomaly_score")
    past = scored.filter(pl.col("end_us") < later_us)["anomaly_score"].sort()
    later = scored.filter(pl.col("end_us") >= later_us)
    at_least = past.len() - past.search_sorted(later["anomaly_score"], side="left").cast(pl.Int64())
    return later.with_columns(((at_least + 1) / (past.len() + 1)).alias("p"))


def _own_told(later: pl.DataFrame, events: int) -> Row:
    opened = int((later["p"] <= ALPHA).sum()) if later.height else 0
    return {
        "own_events": events,
        "own_pairs": later.height,
        "own_l1_openings": opened,
        "own_share": opened / max(1, later.height),
        "own_l1_per_1000_events": 1000 * opened / max(1, events),
    }
