"""What happens to a day's units at the seal? They are frozen with their q; judgements and findings are told; a few are drawn (C5, E2)."""

from __future__ import annotations

import polars as pl
from sqlalchemy import Connection

from app.domain.cases import is_sandbox
from app.store import sealed_units, spot_checks
from app.worker.context import Context
from app.worker.day_verdicts import tell_day
from app.worker.spot_draw import drawn
from app.worker.units import through


def units_through(connection: Connection, platform: str, target: int, sealed: int | None, offset_us: int) -> dict[int, pl.DataFrame]:
    """day -> units (SEALED_UNITS_SCHEMA + units_milli) that ended by `target` and lie in no sealed day."""
    return through(sealed_units.open_of(connection, platform), target, sealed, offset_us)


def seal_units(connection: Connection, platform: str, day: int, units: pl.DataFrame, context: Context) -> None:
    """Freeze one day's units, in the seal's own transaction."""
    sealed_units.save(connection, platform, day, units)
    sealed_units.tell(connection, day, units)
    sealed_units.forget_open(connection, platform)
    tell_day(connection, day, units, context.rules, context.snapshot.rule(platform).day_offset_us)
    if not is_sandbox(platform):
        spot_checks.draw(connection, drawn(units, day))
