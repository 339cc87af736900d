"""What has been found? Findings with filters and cursor, their versions and their evidence (DESIGN.md 3.2)."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Connection, RowMapping, select, update

from app.domain.levels import Level, Severity
from app.store import tables
from app.store.keyset import after
from app.store.standing import FindingFilter, matches, on_platforms, stands

Verdict = Literal["lawful", "data_error", "unlawful_indicated"]
Sort = Literal["-estimated_harm", "-updated", "-severity"]
_FINDING = tables.finding
_VERSION = tables.finding_version
_ORDERS: Final[dict[Sort, tuple[ColumnElement[Any], ...]]] = {
    "-estimated_harm": (_FINDING.c.harm_rank, _FINDING.c.finding_id),
    "-updated": (_FINDING.c.updated_us, _FINDING.c.finding_id),
    "-severity": (_FINDING.c.severity, _FINDING.c.harm_rank, _FINDING.c.finding_id),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding as of its newest version; `body` is docs/architecture.md 5. Harm: decimal string, smallest unit."""

    finding_id: str
    platform: str
    session_id: str
    seller_id: str
    product_id: str
    key: str
    category_id: str | None
    status: str
    level: Level
    legal_level: Level
    severity: Severity
    p_value: float | None
    q_value: float | None
    opened_us: int | None
    updated_us: int | None
    closed_us: int | None
    version: int
    estimated_harm: str
    harm_rank: float
    verdict: Verdict | None
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Query:
    """Which findings. `severities` any of; `since_us`/`until_us` (exclusive) by the last update; struck ones only on request."""

    finding: FindingFilter = field(default_factory=FindingFilter)
    platforms: Collection[str] | None = None
    session_id: str | None = None
    severities: Collection[Severity] | None = None
    status: Literal["open", "closed"] | None = None
    since_us: int | None = None
    until_us: int | None = None
    include_struck: bool = False
    sort: Sort = "-estimated_harm"


def list_findings(connection: Connection, query: Query, *, cursor: tuple[Any, ...] | None = None, limit: int = 100) -> list[Finding]:
    """At most `limit` findings after `cursor` (see `cursor_of`) in the query's order."""
    order = _ORDERS[query.sort]
    statement = select(_FINDING).where(*_conditions(connection, query)).order_by(*(c.desc() for c in order)).limit(limit)
    if cursor is not None:
        statement = statement.where(after(order, cursor, descending=True))
    return [_finding(r) for r in connection.execute(statement).mappings()]


def cursor_of(found: Finding, sort: Sort) -> tuple[Any, ...]:
    """The cursor behind a finding: sort key, then id."""
    sort_keys: dict[Sort, tuple[Any, ...]] = {
        "-estimated_harm": (found.harm_rank,),
        "-updated": (found.updated_us or 0,),
        "-severity": (int(found.severity), found.harm_rank),
    }
    return (*sort_keys[sort], found.finding_id)


def get(connection: Connection, finding_id: str) -> Finding | None:
    """A finding by its id."""
    found = connection.execute(select(_FINDING).where(_FINDING.c.finding_id == finding_id)).mappings().first()
    return None if found is None else _finding(found)


def version(connection: Connection, finding_id: str, number: int) -> dict[str, Any] | None:
    """The frozen body of one version (F2)."""
    text = connection.execute(select(_VERSION.c.body).where(_VERSION.c.finding_id == finding_id, _VERSION.c.version == number)).scalar()
    return None if text is None else json.loads(text)


def versions(connection: Connection, finding_id: str) -> list[tuple[int, int, str]]:
    """(version, pane, sha256) of every frozen version, oldest first."""
    query = select(_VERSION.c.version, _VERSION.c.pane, _VERSION.c.sha256).where(_VERSION.c.finding_id == finding_id)
    return [(number, pane, sha256) for number, pane, sha256 in connection.execute(query.order_by(_VERSION.c.version))]


def set_verdict(connection: Connection, finding_id: str, verdict: Verdict | None) -> bool:
    """Write a person's verdict beside the finding; its frozen versions stay. False if there is no such finding."""
    changed = update(_FINDING).where(_FINDING.c.finding_id == finding_id).values(verdict=verdict)
    return connection.execute(changed).rowcount == 1


def _conditions(connection: Connection, query: Query) -> list[ColumnElement[bool]]:
    conditions = [*matches(connection.dialect.name, query.finding), *on_platforms(_FINDING.c.platform, query.platforms)]
    if not query.include_struck:
        conditions.append(stands())
    if query.session_id is not None:
        conditions.append(_FINDING.c.session_id == query.session_id)
    if query.severities is not None:
        conditions.append(_FINDING.c.severity.in_(sorted(int(s) for s in query.severities)))
    if query.status is not None:
        conditions.append(_FINDING.c.status == query.status)
    if query.since_us is not None:
        conditions.append(_FINDING.c.updated_us >= query.since_us)
    if query.until_us is not None:
        conditions.append(_FINDING.c.updated_us < query.until_us)
    return conditions


def _finding(found: RowMapping) -> Finding:
    plain = {name: found[name] for name in Finding.__slots__}
    known = {
        "level": Level(found["level"]),
        "legal_level": Level(found["legal_level"]),
        "severity": Severity(found["severity"]),
        "body": json.loads(found["body"]),
    }
    return Finding(**{**plain, **known})
