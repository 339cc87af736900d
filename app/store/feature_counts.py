"""How did the features of a day's finals lie? Counts per bin of the model that scored them, one row a partition and day."""

from __future__ import annotations

import json
from typing import Final

from sqlalchemy import Connection, select

from app.store import tables

Counts = dict[str, list[int]]
_TABLE: Final = tables.feature_count


def of_partition(connection: Connection, partition: int, platform: str, day: int, model_id: str) -> Counts:
    """What one partition has counted so far; empty before its first final of the day."""
    t = _TABLE
    where = (t.c.partition == partition, t.c.platform == platform, t.c.day == day, t.c.model_id == model_id)
    found = connection.execute(select(t.c.body).where(*where)).scalar()
    return {} if found is None else json.loads(found)


def of_days(connection: Connection, platform: str, model_id: str, first_day: int, last_day: int) -> dict[int, list[Counts]]:
    """day -> counts of each partition, oldest day first; days without finals are left out."""
    t = _TABLE
    where = (t.c.platform == platform, t.c.model_id == model_id, t.c.day.between(first_day, last_day))
    found: dict[int, list[Counts]] = {}
    for day, body in connection.execute(select(t.c.day, t.c.body).where(*where).order_by(t.c.day, t.c.partition)):
        found.setdefault(int(day), []).append(json.loads(body))
    return found
