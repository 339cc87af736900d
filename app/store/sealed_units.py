"""Which units were tested on earlier days, and which wait for their seal? Frozen frames, one a platform-day, and the open ones (C5)."""

from __future__ import annotations

from typing import Any, Final

import polars as pl
from sqlalchemy import Connection, and_, delete, select

from app.domain.events import PAIR
from app.domain.units import OPEN_UNITS_SCHEMA, SEALED_UNITS_SCHEMA
from app.store import blobs, tables
from app.store.effects import change, insert_new
from app.store.sealed_days import DayIsSealed, Origin

_UNITS: Final = tables.sealed_units
_OPEN: Final = tables.open_unit
ENDED_SCHEMA: Final[dict[str, pl.DataType]] = {**OPEN_UNITS_SCHEMA, "started_us": pl.Int64(), "ended_us": pl.Int64()}
"""Open units with what their session said of its start and end."""


def open_of(connection: Connection, platform: str) -> pl.DataFrame:
    """ENDED_SCHEMA: units that no sealed day holds yet. A pair that was sealed and came back days later is not tested twice."""
    session, judged = tables.session, tables.judgement
    same = and_(session.c.platform == _OPEN.c.platform, session.c.session_id == _OPEN.c.session_id)
    pair = and_(*(judged.c[c] == _OPEN.c[c] for c in PAIR))
    query = (
        select(*(_OPEN.c[c] for c in OPEN_UNITS_SCHEMA), session.c.started_us, session.c.ended_us)
        .outerjoin(session, same)
        .outerjoin(judged, pair)
        .where(_OPEN.c.platform == platform, judged.c.unit_day.is_(None))
    )
    rows = [tuple(r) for r in connection.execute(query)]
    return pl.DataFrame(rows, schema=ENDED_SCHEMA, orient="row").sort(PAIR)


def forget_open(connection: Connection, platform: str) -> None:
    """Drop the open rows of pairs whose day is told (`tell`)."""
    judged = tables.judgement
    told = and_(*(judged.c[c] == _OPEN.c[c] for c in PAIR), judged.c.unit_day.is_not(None))
    connection.execute(delete(_OPEN).where(_OPEN.c.platform == platform, select(judged.c.unit_day).where(told).exists()))


def save(connection: Connection, platform: str, day: int, frame: pl.DataFrame, origin: Origin = "sealed") -> str:
    """Freeze a day's units (SEALED_UNITS_SCHEMA) and return the sha256; the same content again is no news. Raises DayIsSealed."""
    sha256, body = blobs.pack(frame, SEALED_UNITS_SCHEMA)
    insert_new(connection, _UNITS.name, [{"platform": platform, "day": day, "sha256": sha256, "origin": origin, "body": body}])
    kept = connection.execute(select(_UNITS.c.sha256).where(_UNITS.c.platform == platform, _UNITS.c.day == day)).scalar_one()
    if kept != sha256:
        raise DayIsSealed(f"the units of day {day} of {platform} were frozen with other content ({kept})")
    return sha256


def tell(connection: Connection, day: int, frame: pl.DataFrame) -> None:
    """Write q and day beside the judgements of sealed units (PAIR, q_value)."""
    rows: list[dict[str, Any]] = frame.select(*PAIR, "q_value", pl.lit(day).alias("unit_day")).to_dicts()
    if rows:
        change(connection, "judgement", rows)


def load(connection: Connection, platform: str, first_day: int, last_day: int) -> pl.DataFrame:
    """SEALED_UNITS_SCHEMA + day of the days from `first_day` to `last_day`, both inclusive."""
    query = select(_UNITS.c.day, _UNITS.c.body).where(_UNITS.c.platform == platform, _UNITS.c.day.between(first_day, last_day))
    found = [
        blobs.unpack(bytes(row.body), SEALED_UNITS_SCHEMA).with_columns(pl.lit(row.day, pl.Int64).alias("day"))
        for row in connection.execute(query.order_by(_UNITS.c.day))
    ]
    return pl.concat([pl.DataFrame(schema={**SEALED_UNITS_SCHEMA, "day": pl.Int64()}), *found])


def days(connection: Connection, platform: str, first_day: int, last_day: int) -> list[int]:
    """The days from `first_day` to `last_day` whose units are kept, newest first."""
    query = select(_UNITS.c.day).where(_UNITS.c.platform == platform, _UNITS.c.day.between(first_day, last_day))
    return [int(day) for day in connection.execute(query.order_by(_UNITS.c.day.desc())).scalars()]
