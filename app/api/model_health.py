"""How well does the serving model stand on each platform? What is warm, what drifts, what the checks said, what a candidate would do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import polars as pl
from sqlalchemy import Connection

from app.detection import drift, model_file
from app.detection.candidate import compared
from app.detection.manifest import read_manifest
from app.detection.model import Model
from app.detection.units import calibrate
from app.detection.warmth import days_left, warmth
from app.domain.snapshot import Snapshot
from app.domain.time import day_date
from app.store import calibration_checks, feature_counts, sealed_days, sealed_units, shadow_units

RECENT_DAYS: Final = 28
COMPARED_DAYS: Final = 7


@lru_cache(maxsize=4)
def model_in(folder: Path) -> Model:
    """The model in a folder, its hashes checked once: its name is its content. Raises ModelRefused."""
    return model_file.load(folder)


@lru_cache(maxsize=4)
def bins_in(folder: Path) -> dict[str, drift.Bins]:
    """The bins of a folder's manifest alone. Raises ModelRefused."""
    return drift.from_json(read_manifest(folder).get("drift", {}))


def warmth_of(model: Model, snapshot: Snapshot) -> pl.DataFrame:
    """Every stratum of every platform, and those that came with the model (app.detection.warmth)."""
    return warmth(calibrate(model.calibration.units, model.scorer.bands, snapshot.calibration), snapshot.alpha_open)


def calibration_of(state: pl.DataFrame, snapshot: Snapshot, connection: Connection, platform: str) -> dict[str, Any]:
    """Which strata (warmth_of) are warm on a platform, and on which day the others will be at the pace so far."""
    own = state.filter(pl.col("platform") == platform)
    through = sealed_days.sealed_through(connection, platform)
    days = 0 if through is None else len(sealed_units.days(connection, platform, 0, through))
    return {
        "own_units": snapshot.calibration.filter(pl.col("platform") == platform).height,
        "days_with_units": days,
        "strata": [_stratum(row, through, snapshot) for row in days_left(own, days).iter_rows(named=True)],
        "borrowed": [_stratum(row, None, snapshot) for row in state.filter(pl.col("platform").is_null()).iter_rows(named=True)],
    }


def drift_days(bins: Mapping[str, drift.Bins], model_id: str, connection: Connection, platform: str) -> dict[int, list[drift.Drift]]:
    """Sealed day -> every feature beside training, over the last four weeks."""
    through = sealed_days.sealed_through(connection, platform)
    if through is None or not bins:
        return {}
    found = feature_counts.of_days(connection, platform, model_id, through - RECENT_DAYS + 1, through)
    return {day: drift.drift(bins, _merged(parts)) for day, parts in found.items()}


def drift_of(model: Model, connection: Connection, platform: str) -> dict[str, Any]:
    """Each feature's PSI and share unknown on the last sealed day with finals; the highest PSI of each day before it."""
    days = drift_days(model.bins, model.model_id, connection, platform)
    last = max(days, default=None)
    features = [] if last is None else [{**asdict(d), "warns": d.warns} for d in days[last]]
    return {
        "watched": bool(model.bins),
        "day": None if last is None else day_date(last).isoformat(),
        "warns_over": drift.WARNS_OVER,
        "least_finals": drift.LEAST_FINALS,
        "features": features,
        "days": [
            {"day": day_date(day).isoformat(), "highest_psi": max((d.psi for d in told if d.psi is not None), default=None)}
            for day, told in sorted(days.items())
        ],
    }


def check_of(connection: Connection, platform: str) -> dict[str, Any] | None:
    """The last weekly check: share of held-back normal units at or under alpha over alpha, with 95 % limits over sellers."""
    found = calibration_checks.latest(connection, platform)
    if not found:
        return None
    # a row a seller fills a file, not an answer: those are read from the store
    rows = [{k: r[k] for k in calibration_checks.COLUMNS} | {"suspended": bool(r["suspended"])} for r in found if r["scope"] != "seller"]
    return {"last_day": day_date(found[0]["last_day"]).isoformat(), "rows": rows}


def comparison_of(snapshot: Snapshot, connection: Connection, platform: str) -> dict[str, Any] | None:
    """What the candidate would have done on the last sealed days; null without a candidate."""
    through = sealed_days.sealed_through(connection, platform)
    if snapshot.shadow_model_id is None or snapshot.model_id is None or through is None:
        return None
    first = through - COMPARED_DAYS + 1
    units = shadow_units.of_days(connection, platform, snapshot.model_id, snapshot.shadow_model_id, first, through)
    told = asdict(compared(units, snapshot.alpha_open))
    return {"from_day": day_date(first).isoformat(), "to_day": day_date(through).isoformat(), **told}


def _merged(parts: list[drift.Counts]) -> drift.Counts:
    total: drift.Counts = {}
    for part in parts:
        total = drift.added(total, part)
    return total


def _stratum(row: dict[str, Any], through: int | None, snapshot: Snapshot) -> dict[str, Any]:
    names = {row["level"], f"{row['platform']}:{row['level']}"}
    left = row.get("days_left")
    warm_on = None if through is None or left is None else day_date(through) + timedelta(days=left)
    return {
        **{k: row[k] for k in ("level", "units", "sessions", "effective", "needed", "needed_sessions", "warm")},
        "days_left": left,
        "warm_on": None if warm_on is None else warm_on.isoformat(),
        "suspended": bool(names & set(snapshot.suspended)),
    }
