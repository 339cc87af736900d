"""How do past event files become a platform's past? Run through the line in memory: sealed days and units, no finding and no case.

With their units p needs no borrowed sessions: the platform's own calibration is there before its first live event. Price-cost rules need
none of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl
from sqlalchemy import Connection, Engine

from app.client.bars import Bars
from app.client.event_file import Line, lines_of
from app.client.in_force import ends_of
from app.client.repeats import repeat_prices
from app.domain.events import SESSION
from app.domain.time import DAY_US
from app.domain.units import LOADED
from app.law.pack import RuleBook
from app.log.port import EventLog
from app.store import announcing, own_calibration, sealed_days, sealed_units, snapshots
from app.store.engine import read, write
from app.store.sealed_days import DayIsSealed
from app.training.bulk import Bulk, NotPunctual, rows_of
from app.training.history_load import EDGE, BadHistory, freeze_days, tell_sealed
from app.worker.contexts import Models
from app.worker.units import tested

LOOK_BACK: Final = 60
"""Sealed days that the first loaded one may read."""


@dataclass
class Past:
    """Whole days as the line in memory sealed them, by local day number."""

    days: dict[int, pl.DataFrame] = field(default_factory=dict)
    units: dict[int, pl.DataFrame] = field(default_factory=dict)

    def take(self, day: int, summary: pl.DataFrame, units: pl.DataFrame) -> None:
        """What Bulk tells of a sealed day."""
        self.days[day], self.units[day] = summary, untested(units)


def untested(units: pl.DataFrame) -> pl.DataFrame:
    """Units (SEALED_UNITS_SCHEMA) with their maximum and legal level alone: a past that is loaded twice says the same twice."""
    nothing = [pl.lit(None, pl.Float64).alias(c) for c in ("p_value", "q_value")]
    scored = pl.when(pl.col("maximum").is_not_null()).then(pl.lit(LOADED)).otherwise("calibration").alias("calibration")
    return units.with_columns(*nothing, pl.col("legal_level").alias("level"), scored)


@dataclass(frozen=True, slots=True)
class LoadedEvents:
    """What a load of events has frozen: days, units with a score, and the configuration that holds them as calibration."""

    days: int
    units: int
    first_day: int
    last_day: int
    version: int


def load_events(
    engine: Engine, log: EventLog, files: Sequence[Path], platform: str, rules: RuleBook, models: Models, *, progress: bool = True
) -> LoadedEvents:
    """Freeze every whole day of the files with its units under the serving model, and tell every partition. Whole or not at all.

    Raises BadHistory for rows that the door would refuse, for files without a price or a sale, and for days that are frozen otherwise.
    """
    with read(engine) as connection:
        snapshot = snapshots.load(connection, snapshots.newest(connection))
        before = sealed_days.load(connection, platform, 0, 2**40)
    model = None if snapshot.model_id is None else models(snapshot.model_id)
    rows = _rows(files, platform, progress)
    past = Past()
    first = int(rows["occurred_us"].min()) if rows.height else 0  # type: ignore[arg-type]
    first_day = (first + snapshot.rule(platform).day_offset_us) // DAY_US
    line = Bulk(
        platform, snapshot, rules, model, before.filter(pl.col("day").is_between(first_day - LOOK_BACK, first_day - 1)), sealed=past.take
    )
    for _ in line.run(rows):
        pass
    if not past.days:
        raise BadHistory("the files hold no whole day: no price and no sale, or nothing before 02:00 of the next day")
    _rest(past, line, rows)
    with write(engine) as connection:
        _freeze(connection, platform, past)
        version = own_calibration.refresh_calibration(connection, platform, max(past.days), EDGE)
        through = sealed_days.sealed_through(connection, platform)
    tell_sealed(log, platform, through)
    announcing.announce(engine, log, EDGE)
    scored = sum(u["maximum"].count() for u in past.units.values())
    return LoadedEvents(len(past.days), scored, min(past.days), max(past.days), version)


def _rows(files: Sequence[Path], platform: str, progress: bool) -> pl.DataFrame:
    """The events with the repeats of prices in force, as `kawal replay` and `score` post them (B6)."""
    ends = ends_of(lines_of(files))
    counts = [0] * len(files)
    for line in lines_of(files):
        counts[line.file] += 1
    with Bars(files, counts, progress) as bars:

        def counted() -> Iterator[Line]:
            for line in lines_of(files):
                bars.advance({line.file: 1})
                yield line

        try:
            rows = rows_of(repeat_prices(counted(), ends), platform)
        except NotPunctual as refused:
            raise BadHistory(str(refused)) from refused
    return rows.filter(pl.col("platform") == platform)


def _rest(past: Past, line: Bulk, rows: pl.DataFrame) -> None:
    """Lives that the files never end are over with the files: their units go to the last whole day."""
    if line.waiting.is_empty():
        return
    last = max(past.days)
    of_type = pl.col("type")
    starts = rows.filter(of_type == "session_started").group_by(SESSION).agg(pl.col("occurred_us").min().alias("started_us"))
    waiting = line.waiting.join(starts, on=SESSION, how="left").with_columns(pl.lit(None, pl.Int64).alias("ended_us"))
    past.units[last] = pl.concat([past.units[last], untested(tested(waiting))])


def _freeze(connection: Connection, platform: str, past: Past) -> None:
    freeze_days(connection, platform, past.days)
    try:
        for day, units in past.units.items():
            sealed_units.save(connection, platform, day, units, "loaded")
    except DayIsSealed as error:
        raise BadHistory(str(error)) from error
    sealed_days.seal_through(connection, platform, max(past.days))
