"""How does a platform's past come in? A parquet file of daily summaries, checked and frozen as sealed days before its first event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl
from sqlalchemy import Connection, Engine

from app.domain.days import DAY_KEY, OPTIONAL, SEALED_DAY_SCHEMA, as_days
from app.log.port import EventLog, Part
from app.log.record import pack_control
from app.store import sealed_days
from app.store.engine import write
from app.store.sealed_days import DayIsSealed

EDGE: Final = "load-history"
NULLABLE: Final = ("category_id", "low", "high", "median_list", "clean_median_list", *OPTIONAL)
COUNTS: Final = ("sales", "below_units", "units_b", "clean_units_b", "session_minutes")
LAST_DAY: Final = 40_000
"""2079-07-07; a larger number is a date in another unit."""
Progress = Callable[[int], None]


class BadHistory(ValueError):
    """The file cannot be loaded; the message says where and why, and nothing of it was kept."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load has frozen. Local day numbers, both inclusive; `known` days were frozen with this very content before."""

    days: int
    known: int
    rows: int
    first_day: int
    last_day: int


def load_history(engine: Engine, log: EventLog, path: Path, platform: str, progress: Progress = lambda _: None) -> Loaded:
    """Freeze every day of the file, and tell every partition. Whole or not at all; the same file again is no news.

    progress: called with 1 per day. Raises BadHistory for bad rows and for days that are frozen with other content.
    """
    days = {int(key[0]): frame for key, frame in sorted(read_history(path, platform).partition_by("day", as_dict=True).items())}
    with write(engine) as connection:
        known = freeze_days(connection, platform, days, progress)
        sealed_days.seal_through(connection, platform, max(days))
        through = sealed_days.sealed_through(connection, platform)
    tell_sealed(log, platform, through)
    return Loaded(len(days), known, sum(f.height for f in days.values()), min(days), max(days))


def tell_sealed(log: EventLog, platform: str, through: int | None) -> None:
    """The `day_sealed` record of a load, to every partition."""
    body = {"platform": platform, "sealed_through": through}
    log.append([Part(p, pack_control("day_sealed", body, edge=EDGE)) for p in range(log.partitions)])


def read_history(path: Path, platform: str) -> pl.DataFrame:
    """The rows of the file in SEALED_DAY_SCHEMA; further columns are left out, session_minutes may be. Raises BadHistory."""
    try:
        found = pl.read_parquet(path)
        missing = [c for c in SEALED_DAY_SCHEMA if c not in (*found.columns, *OPTIONAL)]
        if missing:
            raise BadHistory(f"{path}: no column {', '.join(missing)}")
        rows = as_days(found)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise BadHistory(f"{path}: {error}") from error
    if rows.is_empty():
        raise BadHistory(f"{path}: no rows")
    for problem, bad in _faults(platform).items():
        _refuse(path, rows, problem, bad)
    _refuse(path, rows, "the same seller, product and key twice in a day", pl.struct(*DAY_KEY, "day").is_duplicated())
    return rows


def _faults(platform: str) -> dict[str, pl.Expr]:
    needed = [c for c in SEALED_DAY_SCHEMA if c not in NULLABLE]
    return {
        **{f"{c} is null": pl.col(c).is_null() for c in needed},
        f"platform is not {platform}": pl.col("platform") != platform,
        f"key does not begin with {platform}:": ~pl.col("key").str.starts_with(f"{platform}:"),
        "day is no number of days since 1970-01-01": ~pl.col("day").is_between(0, LAST_DAY),
        **{f"{c} is negative": pl.col(c) < 0 for c in COUNTS},
        "low is above high": pl.col("low") > pl.col("high"),
        "currency is no three capital letters": ~pl.col("currency").str.contains(r"^[A-Z]{3}$"),
    }


def _refuse(path: Path, rows: pl.DataFrame, problem: str, bad: pl.Expr) -> None:
    at = rows.select(pl.arg_where(bad.fill_null(value=False))).to_series()
    if at.len():
        first = rows.row(int(at[0]), named=True)
        where = f"row {int(at[0]) + 1} ({first['seller_id']} / {first['product_id']}, day {first['day']})"
        raise BadHistory(f"{path}: {where}: {problem}" + (f"; so are {at.len() - 1} more" if at.len() > 1 else ""))


def freeze_days(connection: Connection, platform: str, days: dict[int, pl.DataFrame], progress: Progress = lambda _: None) -> int:
    """Freeze days as loaded; how many were frozen so before. Raises BadHistory for one that is frozen with other content, or as empty."""
    sealed = sealed_days.sealed_through(connection, platform)
    kept = sealed_days.hashes(connection, platform, min(days), max(days))
    for day, frame in days.items():
        # a day before the seal without rows was frozen as empty: judgements may have read it so
        if sealed is not None and day <= sealed and day not in kept:
            raise BadHistory(f"day {day} of {platform} is sealed already, without rows: history is loaded before the first event")
        try:
            sealed_days.save(connection, platform, day, frame, "loaded")
        except DayIsSealed as error:
            raise BadHistory(str(error)) from error
        progress(1)
    return len(set(days) & set(kept))
