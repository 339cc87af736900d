"""Since when is a session silent? Measured against the platform's own latest row, never against a wall clock (SEMANTICS D1)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import Connection, func, select

from app.domain.time import MINUTE_US
from app.store import tables
from app.store.sessions import Session
from app.store.standing import on_platforms

SILENT_US: Final = 30 * MINUTE_US
_TABLES: Final = (tables.session, tables.session_part)


def latest_rows(connection: Connection, platforms: Collection[str] | None) -> dict[str, int]:
    """platform -> time of the latest row that any of its sessions had; None asks for every platform."""
    found: dict[str, int] = {}
    for table in _TABLES:
        query = select(table.c.platform, func.max(table.c.last_us)).where(*on_platforms(table.c.platform, platforms))
        for platform, last_us in connection.execute(query.group_by(table.c.platform)):
            found[platform] = max(found.get(platform, 0), last_us or 0)
    return found


def silent_since(session: Session, latest: dict[str, int]) -> int | None:
    """The session's last row, if it never ended and the platform went on for half an hour without it."""
    if session.ended_us is not None or not session.last_us:
        return None
    return session.last_us if latest.get(session.platform, 0) - session.last_us >= SILENT_US else None
