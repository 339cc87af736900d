"""Which rows of the log belong to which sealed day? One pass over every record, its rows laid aside by platform and day.

A day here runs from 02:00 to 02:00, as `Bulk` closes it. The rows of a day are files in a folder that goes with the training, so that
a long log needs no more memory than its longest day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
from sqlalchemy import Engine

from app.domain.cases import is_sandbox
from app.domain.events import SESSION, key_expr
from app.domain.snapshot import Snapshot
from app.domain.time import DAY_US, PANE_US, SEAL_HOUR_US
from app.log.port import EventLog
from app.log.record import CorruptRecord, unpack
from app.store import counts, snapshots
from app.store.engine import read
from app.worker.marks import marked, marks_from


@dataclass
class LogDays:
    """(platform, day) -> files of its rows, in the order of the log; sessions that go on behind the last sealed day."""

    files: dict[tuple[str, int], list[Path]] = field(default_factory=dict)
    unfinished: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=dict.fromkeys(SESSION, pl.String())))


def spool(log: EventLog, engine: Engine, folder: Path) -> LogDays:
    """Lay the punctual rows of all sealed days of live platforms aside in `folder`. Records that cannot be read were listed as poison."""
    with read(engine) as connection:
        snapshot = snapshots.load(connection, snapshots.newest(connection))
        sealed = {p: day for p, day in counts.sealed_through(connection).items() if not is_sandbox(p)}
    days, going_on = LogDays(), [LogDays().unfinished]
    for partition in range(log.partitions):
        with read(engine) as connection:
            marks = marks_from(connection, partition, 0)
        pos, end = log.bounds(partition)
        while pos < end:
            records = log.read(partition, pos)
            pos = records[-1].pos + 1
            for record in records:
                rows = _punctual(record.body, marks[record.pos]) if record.pos in marks else None
                if rows is not None:
                    going_on.append(_laid_aside(rows, snapshot, sealed, days, folder))
    days.unfinished = pl.concat(going_on).unique()
    return days


def _punctual(body: bytes, marks: str | None) -> pl.DataFrame | None:
    try:
        rows = unpack(body).rows
    except CorruptRecord:
        return None
    if rows is None:
        return None
    in_time = (pl.col("occurred_us") >= pl.col("watermark_us")).fill_null(value=True)
    found = marked(rows.filter(pl.col("type") != "heartbeat"), marks).filter(in_time).drop("watermark_us")
    return found.with_columns(key_expr(), (pl.col("occurred_us") // PANE_US).alias("pane"))


def _laid_aside(rows: pl.DataFrame, snapshot: Snapshot, sealed: dict[str, int], days: LogDays, folder: Path) -> pl.DataFrame:
    """Write a record's rows to the files of their days; return the sessions with rows behind the last sealed one."""
    beyond = [days.unfinished.clear()]
    for (platform,), part in rows.partition_by("platform", as_dict=True, maintain_order=True).items():
        if platform not in sealed:
            continue
        day = (pl.col("occurred_us") + snapshot.rule(str(platform)).day_offset_us - SEAL_HOUR_US) // DAY_US
        for (number,), of_day in part.with_columns(day.alias("__day")).partition_by("__day", as_dict=True, include_key=False).items():
            if number > sealed[str(platform)]:
                beyond.append(of_day.filter(pl.col("session_id").is_not_null()).select(SESSION).unique())
            else:
                _write(of_day, (str(platform), int(number)), days, folder)
    return pl.concat(beyond)


def _write(rows: pl.DataFrame, place: tuple[str, int], days: LogDays, folder: Path) -> None:
    files = days.files.setdefault(place, [])
    files.append(folder / f"{sum(map(len, days.files.values()))}.arrow")
    rows.write_ipc(files[-1], compression="lz4")
