"""What did the seal say of a finding? Its day's q and the severity that follows: frozen rows beside the finding's versions (F2)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, and_, func, select

from app.store import tables

AT_ONCE: Final = 500
_VERDICT: Final = tables.day_verdict
_FINDING: Final = tables.finding
_VERSION: Final = tables.finding_version


@dataclass(frozen=True, slots=True)
class DayVerdict:
    """q and severity of one finding's day; `body` as frozen."""

    finding_id: str
    day: int
    q_value: float
    severity: int
    names_version: int
    sha256: str
    body: dict[str, Any]


def of(connection: Connection, finding_ids: Collection[str]) -> dict[str, DayVerdict]:
    """finding -> its verdict; a finding has one at most, since its unit is sealed once."""
    found = {}
    for part in _parts(finding_ids):
        for row in connection.execute(select(_VERDICT).where(_VERDICT.c.finding_id.in_(part))).mappings():
            found[row["finding_id"]] = DayVerdict(**{**row, "body": json.loads(row["body"])})
    return found


def standing(connection: Connection, finding_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """finding -> its row."""
    rows = (
        row
        for part in _parts(finding_ids)
        for row in connection.execute(select(_FINDING).where(_FINDING.c.finding_id.in_(part))).mappings()
    )
    return {row["finding_id"]: dict(row) for row in rows}


def named(connection: Connection, finding_ids: Collection[str], pane: int) -> dict[str, tuple[int, str, dict[str, Any]]]:
    """finding -> (version, sha256, body) of the newest version before a pane: the same whatever has been judged since."""
    found = {}
    for part in _parts(finding_ids):
        early = (
            select(_VERSION.c.finding_id, func.max(_VERSION.c.version).label("version"))
            .where(_VERSION.c.finding_id.in_(part), _VERSION.c.pane < pane)
            .group_by(_VERSION.c.finding_id)
            .subquery()
        )
        query = select(_VERSION).join(early, and_(_VERSION.c.finding_id == early.c.finding_id, _VERSION.c.version == early.c.version))
        for row in connection.execute(query):
            found[row.finding_id] = (int(row.version), str(row.sha256), json.loads(row.body))
    return found


def _parts(ids: Collection[str]) -> Iterator[Sequence[str]]:
    ordered = sorted(ids)
    for begin in range(0, len(ordered), AT_ONCE):
        yield ordered[begin : begin + AT_ONCE]
