"""What do the parts of a session add up to? Rows over partitions, severity and harm over standing findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Select, Subquery, Table, and_, func, select, union

from app.domain.levels import Level
from app.store import tables
from app.store.pairs import any_pair
from app.store.standing import stands

_SESSION = tables.session
_PART = tables.session_part
_FINDING = tables.finding
_OWN = ("host_id", "host_kind", "host_tier", "started_us", "ended_us", "viewers", "likes")


@dataclass(frozen=True, slots=True)
class Harm:
    """Exact harm (decimal string, smallest unit) and findings by level of one session."""

    total: str = "0"
    levels: dict[Level, int] = field(default_factory=dict)


def overview(platform: str | None = None, session_id: str | None = None) -> Subquery:
    """Every session, or one, with host and audience, rows, late, first_us, last_us, severity and harm (float, for sorting)."""

    def of_one(statement: Select[Any], table: Table) -> Select[Any]:
        one = (table.c.platform == platform, table.c.session_id == session_id)
        return statement if platform is None else statement.where(*one)

    # a session whose start never came is known only from the rows that other partitions hold
    known = union(*(of_one(select(t.c.platform, t.c.session_id), t) for t in (_SESSION, _PART))).subquery("known")
    parts = of_one(_parts(), _PART).subquery("parts")
    found = of_one(_found(), _FINDING).subquery("found")

    joined: Any = known
    for other in (_SESSION, parts, found):
        joined = joined.outerjoin(other, and_(*(known.c[name] == other.c[name] for name in ("platform", "session_id"))))
    return (
        select(
            known.c.platform,
            known.c.session_id,
            *(_SESSION.c[name] for name in _OWN),
            func.coalesce(parts.c.first_us, _SESSION.c.first_us, 0).label("first_us"),
            func.coalesce(parts.c.last_us, _SESSION.c.last_us, 0).label("last_us"),
            func.coalesce(parts.c.rows, 0).label("rows"),
            func.coalesce(parts.c.late, 0).label("late"),
            func.coalesce(found.c.severity, 0).label("severity"),
            func.coalesce(found.c.harm, 0.0).label("harm"),
        )
        .select_from(joined)
        .subquery("overview")
    )


def harm_of(connection: Connection, sessions: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Harm]:
    """Exact sums over the standing findings of a page of sessions, by (platform, session_id)."""
    if not sessions:
        return {}
    query = select(_FINDING.c.platform, _FINDING.c.session_id, _FINDING.c.level, _FINDING.c.estimated_harm).where(
        stands(), any_pair(_FINDING.c.platform, _FINDING.c.session_id, sessions)
    )
    totals: dict[tuple[str, str], Decimal] = {}
    levels: dict[tuple[str, str], Counter[Level]] = {}
    for platform, session_id, level, harm in connection.execute(query):
        key = (platform, session_id)
        totals[key] = totals.get(key, Decimal(0)) + Decimal(harm)
        levels.setdefault(key, Counter())[Level(level)] += 1
    return {key: Harm(f"{total:f}", dict(sorted(levels[key].items()))) for key, total in totals.items()}


def of_partition(connection: Connection, partition: int, kept: int = 10_000) -> dict[tuple[str, str], list[int]]:
    """(platform, session) -> [rows, late, first_us, last_us] of the partition's newest sessions: what its next owner counts on from."""
    query = select(_PART).where(_PART.c.partition == partition).order_by(_PART.c.last_us.desc()).limit(kept)
    return {(r.platform, r.session_id): [r.rows, r.late, r.first_us, r.last_us] for r in connection.execute(query)}


def _parts() -> Select[Any]:
    return select(
        _PART.c.platform,
        _PART.c.session_id,
        func.sum(_PART.c.rows).label("rows"),
        func.sum(_PART.c.late).label("late"),
        func.min(_PART.c.first_us).label("first_us"),
        func.max(_PART.c.last_us).label("last_us"),
    ).group_by(_PART.c.platform, _PART.c.session_id)


def _found() -> Select[Any]:
    grouped = select(
        _FINDING.c.platform,
        _FINDING.c.session_id,
        func.max(_FINDING.c.severity).label("severity"),
        func.sum(_FINDING.c.harm_rank).label("harm"),
    )
    return grouped.where(stands()).group_by(_FINDING.c.platform, _FINDING.c.session_id)
