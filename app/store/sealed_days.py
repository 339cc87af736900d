"""What was sold on earlier days? Frozen daily summaries of a platform, one Arrow body a day (SEMANTICS C5)."""

from __future__ import annotations

from typing import Any, Final, Literal

import polars as pl
from sqlalchemy import Connection, select

from app.domain.days import SEALED_DAY_SCHEMA, empty_days
from app.store import blobs, tables
from app.store.effects import insert_new, upsert

Origin = Literal["sealed", "loaded"]
_DAY: Final = tables.sealed_day
_SEAL: Final = tables.seal


class DayIsSealed(Exception):
    """The day was frozen with other content, and frozen days never change."""


def as_row(platform: str, day: int, frame: pl.DataFrame, origin: Origin = "sealed") -> dict[str, Any]:
    """The row of `sealed_day` for Effects.inserts; its `sha256` names the content, whatever the order of its rows."""
    sha256, body = blobs.pack(frame, SEALED_DAY_SCHEMA)
    return {"platform": platform, "day": day, "sha256": sha256, "origin": origin, "body": body}


def save(connection: Connection, platform: str, day: int, frame: pl.DataFrame, origin: Origin = "sealed") -> str:
    """Freeze a day and return its sha256; the same content again is no news. Raises DayIsSealed for other content.

    `seal` is not moved: see `seal_through`.
    """
    row = as_row(platform, day, frame, origin)
    insert_new(connection, _DAY.name, [row])
    kept = connection.execute(select(_DAY.c.sha256).where(_DAY.c.platform == platform, _DAY.c.day == day)).scalar_one()
    if kept != row["sha256"]:
        raise DayIsSealed(f"day {day} of {platform} was frozen with other content ({kept})")
    return str(kept)


def seal_through(connection: Connection, platform: str, day: int) -> None:
    """Say that every day up to `day` is frozen; never moves back."""
    before = sealed_through(connection, platform)
    if before is None or day > before:
        upsert(connection, _SEAL.name, [{"platform": platform, "sealed_through": day}])


def sealed_through(connection: Connection, platform: str) -> int | None:
    """The last sealed local day number of a platform; None before the first."""
    found = connection.execute(select(_SEAL.c.sealed_through).where(_SEAL.c.platform == platform)).scalar()
    return None if found is None else int(found)


def load(connection: Connection, platform: str, first_day: int, last_day: int) -> pl.DataFrame:
    """The days from `first_day` to `last_day`, both inclusive, in one frame of SEALED_DAY_SCHEMA; missing days have no rows."""
    query = select(_DAY.c.body).where(_DAY.c.platform == platform, _DAY.c.day.between(first_day, last_day)).order_by(_DAY.c.day)
    days = [blobs.unpack(bytes(body), SEALED_DAY_SCHEMA) for body in connection.execute(query).scalars()]
    return pl.concat([empty_days(), *days])


def hashes(connection: Connection, platform: str, first_day: int, last_day: int) -> dict[int, str]:
    """day -> sha256 of the frozen days from `first_day` to `last_day`, both inclusive."""
    query = select(_DAY.c.day, _DAY.c.sha256).where(_DAY.c.platform == platform, _DAY.c.day.between(first_day, last_day))
    return {row.day: row.sha256 for row in connection.execute(query.order_by(_DAY.c.day))}
