"""What is the q of a live that a file never ends? It was tested with the day in which it began, as if it had ended with the file."""

from __future__ import annotations

import polars as pl
from sqlalchemy import Connection

from app.detection.day_q import day_q
from app.domain.events import PAIR
from app.domain.time import DAY_US
from app.store import sealed_units, snapshots
from app.worker.units import tested

Pair = tuple[str, ...]
"""platform, session_id, seller_id, product_id, key."""


def unended_q(connection: Connection, platform: str) -> dict[Pair, float | None]:
    """pair -> q of the units that no sealed day holds, among all units of their day, sealed ones included."""
    waiting = sealed_units.open_of(connection, platform)
    offset = snapshots.load(connection, snapshots.newest(connection)).rule(platform).day_offset_us
    found: dict[Pair, float | None] = {}
    days = waiting.with_columns(((pl.col("first_us") + offset) // DAY_US).alias("day")).partition_by("day", as_dict=True, include_key=False)
    for (day,), part in sorted(days.items()):
        mine = tested(part).select(*PAIR, "p_value")
        every = pl.concat([mine, sealed_units.load(connection, platform, int(day), int(day)).select(*PAIR, "p_value")])
        q = day_q(every.get_column("p_value")).head(mine.height)
        found |= dict(zip(mine.select(PAIR).rows(), q, strict=True))
    return found
