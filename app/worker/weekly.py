"""Does p still mean what it says? At a Sunday's seal the week's normal units are counted, failing strata silenced, own units refreshed."""

from __future__ import annotations

import json
from typing import Final

import polars as pl
from sqlalchemy import Connection

from app.detection.backoff import own_name
from app.detection.calibration import judge_novelty
from app.detection.exceedance import check, to_suspend
from app.domain.calibrated import SUSPENDED
from app.domain.identity import name
from app.domain.snapshot import Snapshot
from app.domain.time import seal_us
from app.store import calibration_checks, own_calibration, sealed_units, snapshots
from app.store.effects import insert_new
from app.store.snapshots import Changes
from app.worker.context import Context

ACTOR: Final = "weekly check"
WEEK: Final = 7
SUNDAY: Final = 3
"""1970-01-01 was a Thursday, so local day numbers of Sundays leave 3."""


def is_week_end(day: int) -> bool:
    """Is the local day a Sunday?"""
    return day % WEEK == SUNDAY


def weekly_check(connection: Connection, platform: str, day: int, context: Context) -> bool:
    """Check the seven sealed days up to `day`, once; True if a new configuration was published, which the caller announces.

    A silenced stratum is counted on with the p that it would have given, and speaks again after a week in which
    it could have failed (ten sellers or more) and did not.
    """
    units = sealed_units.load(connection, platform, day - WEEK + 1, day)
    theirs = units.filter(pl.col("model_id") == pl.lit(model_of(units), pl.String()))
    mine = own_calibration.unresolved(connection, platform, theirs)
    tested = _with_silent(mine, context)
    checked = check(tested.select(pl.col("seller_id").alias("seller"), "stratum", pl.col("day").cast(pl.String()), p="p_value"))
    failing = to_suspend(checked)
    # without limits (few sellers) a stratum cannot fail, so it has not passed either
    counted = frozenset(checked.filter((pl.col("scope") == "stratum") & pl.col("low").is_not_null()).get_column("name"))
    suspended = pl.col("suspend").alias("suspended")
    calibration_checks.save(connection, platform, day, checked.with_columns(suspended))
    _alarm(connection, platform, day, failing, context)

    def edit(before: Snapshot) -> Changes:
        calibration = own_calibration.with_own(connection, before.calibration, platform, day, before.model_id)
        return {"suspended": _silenced(before.suspended, platform, failing, counted), "calibration": calibration}

    before = snapshots.load(connection, snapshots.newest(connection))
    changes = edit(before)
    same = set(changes["suspended"]) == set(before.suspended)
    if same and snapshots.content_hash("calibration", changes["calibration"]) == snapshots.content_hash("calibration", before.calibration):
        return False
    snapshots.amend(connection, ACTOR, f"weekly check of {platform}, day {day}", edit)
    return True


def model_of(units: pl.DataFrame) -> str | None:
    """The model of most units (model_id, day) of the last day that any model scored; of several, the first by name. None: none did.

    The frozen units say it, not the sealer: what it has read of the log when it seals depends on its speed (D3).
    """
    scored = units.drop_nulls("model_id")
    counts = scored.filter(pl.col("day") == pl.col("day").max()).group_by("model_id").len()
    return next(iter(counts.sort("len", "model_id", descending=(True, False)).get_column("model_id")), None)


def _with_silent(units: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Units of silenced strata with the p that they would have had, were they not silent; not tested where another model judges now."""
    silent = pl.col("calibration") == SUSPENDED
    asked = units.filter(silent).with_columns(pl.col("maximum").alias("running_max")).drop("p_value", "calibration")
    if asked.is_empty() or context.model is None or context.model.model_id != asked["model_id"][0]:
        return units
    told = judge_novelty(asked, context.model.calibration, context.snapshot.alpha_open)
    return pl.concat([units.filter(~silent.fill_null(value=False)), told.select(units.columns)])


def _silenced(before: tuple[str, ...], platform: str, failing: frozenset[str], counted: frozenset[str]) -> tuple[str, ...]:
    """The suspended strata after a week: failing ones are silent, those that were counted and did not fail speak again."""
    fine = _named(platform, counted - failing)
    return tuple(sorted({s for s in before if s not in fine} | _named(platform, failing)))


def _named(platform: str, strata: frozenset[str]) -> set[str]:
    """As a platform's own strata are named."""
    frame = pl.DataFrame({"stratum": sorted(strata)}, schema={"stratum": pl.String})
    return set(frame.select(own_name(pl.lit(platform), pl.col("stratum"))).to_series())


def _alarm(connection: Connection, platform: str, day: int, failing: frozenset[str], context: Context) -> None:
    if failing:
        body = json.dumps({"platform": platform, "last_day": day, "suspended": sorted(failing)}, sort_keys=True)
        at_us = seal_us(day, context.snapshot.rule(platform).day_offset_us)
        row = {"alarm_id": name("a", ACTOR, platform, str(day)), "raised_us": at_us, "what": "calibration suspended", "body": body}
        insert_new(connection, "alarm", [row])
