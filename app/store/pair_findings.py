"""Which finding stands behind each pair of a session? Ids and severities alone, without the bodies."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.domain.levels import Severity
from app.store import tables
from app.store.standing import FLAG_SEVERITY, STRUCK

_FINDING = tables.finding
Pair = tuple[str, str, str]
"""(seller_id, product_id, key): what tells the pairs of one session apart."""


@dataclass(frozen=True, slots=True)
class PairFinding:
    """A finding as its pair's row names it."""

    finding_id: str
    severity: Severity
    verdict: str | None

    @property
    def flagged(self) -> bool:
        """MEDIUM or more, and no verdict has struck it (E8)."""
        return self.severity >= FLAG_SEVERITY and self.verdict not in STRUCK


def of_session(connection: Connection, platform: str, session_id: str) -> dict[Pair, PairFinding]:
    """The finding of every pair that has one."""
    columns = (_FINDING.c.seller_id, _FINDING.c.product_id, _FINDING.c.key, _FINDING.c.finding_id, _FINDING.c.severity, _FINDING.c.verdict)
    query = select(*columns).where(_FINDING.c.platform == platform, _FINDING.c.session_id == session_id)
    return {
        (row.seller_id, row.product_id, row.key): PairFinding(row.finding_id, Severity(row.severity), row.verdict)
        for row in connection.execute(query)
    }
