"""Which models have served, and which ran beside them? Read from the configurations, where a change of model is one version (D6)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from app.store import tables

_SNAPSHOT: Final = tables.snapshot


@dataclass(frozen=True, slots=True)
class Reign:
    """From a configuration version on: the model that serves and the candidate beside it."""

    version: int
    since_us: int
    actor: str
    change: str
    model_id: str | None
    shadow_model_id: str | None


def reigns(connection: Connection, limit: int = 50) -> list[Reign]:
    """The last changes of model or candidate, newest first."""
    found: list[Reign] = []
    begins: Reign | None = None
    for row in _newest_first(connection):
        if begins is not None and (row.model_id, row.shadow_model_id) != (begins.model_id, begins.shadow_model_id):
            found.append(begins)
            if len(found) == limit:
                return found
        begins = row
    return found if begins is None else [*found, begins]


def served_before(connection: Connection) -> str | None:
    """The model that served before the present one; null where there was none."""
    present: Reign | None = None
    for row in _newest_first(connection):
        present = present or row
        if row.model_id is not None and row.model_id != present.model_id:
            return row.model_id
    return None


def _newest_first(connection: Connection) -> Iterator[Reign]:
    query = select(_SNAPSHOT).order_by(_SNAPSHOT.c.version.desc())
    for row in connection.execute(query):
        body = json.loads(row.body)
        yield Reign(row.version, row.created_us, row.actor, row.change, body["model_id"], body.get("shadow_model_id"))
