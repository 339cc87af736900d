"""How much stands open in the store? Counts for whoever watches the service: poison, open findings, seals."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, func, select

from app.domain.cases import SANDBOX_PREFIX
from app.store.tables import finding, rejection, seal

DOOR: Final = "door"


def poison(conn: Connection) -> dict[str, int]:
    """stage -> rows and pairs listed behind the door: they were accepted and could not be judged (D9)."""
    query = select(rejection.c.stage, func.count()).where(rejection.c.stage != DOOR).group_by(rejection.c.stage)
    return {row[0]: row[1] for row in conn.execute(query)}


def open_findings(conn: Connection) -> dict[int, int]:
    """severity -> findings open now, those of sandboxes aside (A6)."""
    counted = finding.c.status == "open", ~finding.c.platform.startswith(SANDBOX_PREFIX, autoescape=True)
    query = select(finding.c.severity, func.count()).where(*counted).group_by(finding.c.severity)
    return {row[0]: row[1] for row in conn.execute(query)}


def sealed_through(conn: Connection) -> dict[str, int]:
    """platform -> last sealed local day number."""
    return {row.platform: row.sealed_through for row in conn.execute(select(seal))}
