"""What is frozen about these findings? Newest version, its hash, its evidence: what a referral is made of (F1, F2)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Connection, RowMapping, and_, select

from app.referral.matter import FrozenFinding, Segment
from app.store.tables import evidence, finding, finding_evidence, finding_version


def _segments(conn: Connection, ids: Collection[str]) -> dict[str, tuple[Segment, ...]]:
    query = (
        select(finding_evidence.c.finding_id, evidence.c.sha256, evidence.c.key, evidence.c.minute_us)
        .join(evidence, evidence.c.sha256 == finding_evidence.c.sha256)
        .where(finding_evidence.c.finding_id.in_(sorted(ids)))
        .order_by(evidence.c.key, evidence.c.minute_us, evidence.c.sha256)
    )
    found: defaultdict[str, list[Segment]] = defaultdict(list)
    for row in conn.execute(query):
        found[row.finding_id].append(Segment(row.sha256, row.key, row.minute_us))
    return {finding_id: tuple(segments) for finding_id, segments in found.items()}


def _frozen(row: RowMapping, segments: tuple[Segment, ...]) -> FrozenFinding:
    # the frozen version speaks, not the row that the next update replaces
    body = json.loads(row["frozen_body"] if row["frozen_body"] is not None else row["body"])
    return FrozenFinding(row["finding_id"], row["version"], row["frozen_sha256"], row["verdict"], body, segments)


def frozen_findings(conn: Connection, ids: Collection[str]) -> list[FrozenFinding]:
    """The findings at their newest version, worst first."""
    columns = (finding.c.finding_id, finding.c.version, finding.c.verdict, finding.c.body)
    newest = and_(finding_version.c.finding_id == finding.c.finding_id, finding_version.c.version == finding.c.version)
    query = (
        select(*columns, finding_version.c.body.label("frozen_body"), finding_version.c.sha256.label("frozen_sha256"))
        .outerjoin(finding_version, newest)
        .where(finding.c.finding_id.in_(sorted(ids)))
        .order_by(finding.c.severity.desc(), finding.c.harm_rank.desc(), finding.c.finding_id)
    )
    segments = _segments(conn, ids)
    return [_frozen(row, segments.get(row["finding_id"], ())) for row in conn.execute(query).mappings()]


def platform_of(conn: Connection, finding_id: str) -> str | None:
    """Whose finding is it?"""
    return conn.scalar(select(finding.c.platform).where(finding.c.finding_id == finding_id))
