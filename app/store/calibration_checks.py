"""Was p right, week by week? The rows of every weekly check of calibration (detection-study 1.8)."""

from __future__ import annotations

from typing import Any, Final

import polars as pl
from sqlalchemy import Connection, select

from app.store import tables
from app.store.effects import insert_new

_CHECK: Final = tables.calibration_check
COLUMNS: Final = ("scope", "name", "alpha", "units", "sellers", "ratio", "low", "high", "suspended")


def save(connection: Connection, platform: str, last_day: int, checked: pl.DataFrame) -> None:
    """Keep one week's check (COLUMNS); a week that is kept stays as it is."""
    rows = checked.select(pl.col("suspended").cast(pl.Int64), *(c for c in COLUMNS if c != "suspended")).to_dicts()
    insert_new(connection, _CHECK.name, [{"platform": platform, "last_day": last_day, **row} for row in rows])


def latest(connection: Connection, platform: str) -> list[dict[str, Any]]:
    """The rows of the newest week, by scope, name and alpha; empty before the first."""
    newest = select(_CHECK.c.last_day).where(_CHECK.c.platform == platform).order_by(_CHECK.c.last_day.desc()).limit(1).scalar_subquery()
    query = select(_CHECK).where(_CHECK.c.platform == platform, _CHECK.c.last_day == newest)
    return [dict(row) for row in connection.execute(query.order_by(_CHECK.c.scope, _CHECK.c.name, _CHECK.c.alpha)).mappings()]
