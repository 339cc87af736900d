"""With which of its own past units is a platform compared? Those of its last sealed days under the serving model, less resolved ones.

A unit leaves only because its cost is known (T1, T2) and shows a loss, or because a person has spoken: never for its score, nor for what
an estimate (T3) says. What is flagged and unresolved stays (detection-study 1.6).
"""

from __future__ import annotations

from typing import Final

import polars as pl
from sqlalchemy import Connection, select

from app.domain.events import PAIR
from app.domain.snapshot import Snapshot
from app.domain.units import UNITS_SCHEMA
from app.store import sealed_units, snapshots, tables
from app.store.snapshots import Changes

FIRST_DAYS: Final = 28
LAST_DAYS: Final = 90
ENOUGH_UNITS: Final = 200_000
"""Days beyond the twenty-eighth are read until there are so many: a rare stratum needs the quarter, a large one does not."""
TAKEN_OUT: Final = ("data_error", "unlawful_indicated")
"""Verdicts after which a unit is no example of normal traffic; `lawful` is one, and stays."""


def unresolved(connection: Connection, platform: str, units: pl.DataFrame) -> pl.DataFrame:
    """The units (PAIR, known_loss) less those below a known cost (T1, T2) and those that a person took out."""
    gone = []
    for table in (tables.finding, tables.spot_check):
        query = select(*(table.c[c] for c in PAIR)).where(table.c.platform == platform, table.c.verdict.in_(TAKEN_OUT))
        gone += [tuple(row) for row in connection.execute(query)]
    resolved = pl.DataFrame(gone, schema=dict.fromkeys(PAIR, pl.String()), orient="row")
    return units.filter(pl.col("known_loss").fill_null(0) == 0).join(resolved, on=PAIR, how="anti", maintain_order="left")


def own_units(connection: Connection, platform: str, last_day: int, model_id: str | None) -> pl.DataFrame:
    """UNITS_SCHEMA of the platform's days up to `last_day` under a model: 28 of them, then up to 90 while they are few."""
    found: list[pl.DataFrame] = []
    height = 0
    for day in sealed_units.days(connection, platform, last_day - LAST_DAYS + 1, last_day):
        if model_id is None or (day <= last_day - FIRST_DAYS and height >= ENOUGH_UNITS):
            break
        units = sealed_units.load(connection, platform, day, day).filter((pl.col("model_id") == model_id) & pl.col("maximum").is_not_null())
        found.append(unresolved(connection, platform, units).select(*UNITS_SCHEMA))
        height += found[-1].height
    return pl.concat([pl.DataFrame(schema=UNITS_SCHEMA), *found])


def with_own(connection: Connection, before: pl.DataFrame, platform: str, last_day: int, model_id: str | None) -> pl.DataFrame:
    """A snapshot's calibration in which one platform's units are made anew; the other platforms' stay."""
    others = before.filter(pl.col("platform") != platform)
    return pl.concat([others.select(*UNITS_SCHEMA), own_units(connection, platform, last_day, model_id)])


def refresh_calibration(connection: Connection, platform: str, last_day: int, actor: str) -> int:
    """Publish the platform's own units up to a sealed day, in the caller's transaction; the version that holds them.

    The same units again publish nothing.

    Whoever calls tells every partition (app.store.announcing) once the transaction is durable.
    """

    def edit(before: Snapshot) -> Changes:
        return {"calibration": with_own(connection, before.calibration, platform, last_day, before.model_id)}

    version = snapshots.newest(connection)
    now = snapshots.load(connection, version)
    made = with_own(connection, now.calibration, platform, last_day, now.model_id)
    if snapshots.content_hash("calibration", made) == snapshots.content_hash("calibration", now.calibration):
        return version
    return snapshots.amend(connection, actor, f"own calibration of {platform}", edit)
