"""Which cases are there, and what do they hold? Rows of `case`, `case_finding`, `case_comment`.

The first case of a seller is also its file: the detector adds every finding to it for ever, without reading what analysts did (D3).
When that case is closed its list is copied under `closed_list`; whatever comes later is moved on by `follow_up` into the next case.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from app.domain.cases import FIRST, case_id
from app.domain.identity import name
from app.store import keyset
from app.store.tables import case_, case_comment, case_finding

CLOSED: Final = "closed"


@dataclass(frozen=True, slots=True)
class Case:
    """One case, as kept."""

    case_id: str
    platform: str
    seller_id: str
    status: str
    assignee: str | None
    opened_us: int
    closed_us: int | None
    reply_step: str | None
    reply_note: str | None


@dataclass(frozen=True, slots=True)
class Comment:
    """One remark of a person or of the service on a case."""

    comment_id: str
    case_id: str
    at_us: int
    actor: str
    text: str


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases to list. `platforms` None: all of them."""

    platforms: frozenset[str] | None = None
    status: str | None = None
    seller_id: str | None = None
    assignee: str | None = None


def closed_list(of_case: str) -> str:
    """Id under which `case_finding` keeps what a first case held when it was closed; no case has this id."""
    return name("cl", of_case)


def _case(row: Row[Any]) -> Case:
    return Case(**row._mapping)


def _visible(platforms: frozenset[str] | None) -> list[ColumnElement[bool]]:
    return [] if platforms is None else [case_.c.platform.in_(sorted(platforms))]


def get(conn: Connection, wanted: str, platforms: frozenset[str] | None = None) -> Case | None:
    """One case, if the reader's platforms include its platform."""
    row = conn.execute(select(case_).where(case_.c.case_id == wanted, *_visible(platforms))).first()
    return _case(row) if row is not None else None


def listed(conn: Connection, wanted: CaseFilter, limit: int, after: tuple[int, str] | None = None) -> list[Case]:
    """Newest first by (opened_us, case_id); `after` is that key of the last one seen."""
    query = select(case_).where(*_visible(wanted.platforms))
    for column, value in ((case_.c.status, wanted.status), (case_.c.seller_id, wanted.seller_id), (case_.c.assignee, wanted.assignee)):
        if value is not None:
            query = query.where(column == value)
    if after is not None:
        query = query.where(keyset.after((case_.c.opened_us, case_.c.case_id), after, descending=(True, False)))
    return [_case(r) for r in conn.execute(query.order_by(case_.c.opened_us.desc(), case_.c.case_id).limit(limit))]


def of_seller(conn: Connection, platform: str, seller_id: str) -> list[Case]:
    """Every case of a seller in the order of their ordinals."""
    rows = conn.execute(select(case_).where(case_.c.platform == platform, case_.c.seller_id == seller_id))
    found = {row.case_id: _case(row) for row in rows}
    ordered = [found.get(case_id(platform, seller_id, n)) for n in range(1, len(found) + 1)]
    return [c for c in ordered if c is not None]


def finding_ids(conn: Connection, of_case: str) -> set[str]:
    """Raw members of a case or of a closed list."""
    return set(conn.scalars(select(case_finding.c.finding_id).where(case_finding.c.case_id == of_case)))


def members(conn: Connection, of: Case) -> list[str]:
    """Findings that a case answers for: for a closed first case what it held then."""
    return sorted(finding_ids(conn, _list_of(of)))


def _list_of(of: Case) -> str:
    first = case_id(of.platform, of.seller_id, FIRST)
    return closed_list(of.case_id) if of.status == CLOSED and of.case_id == first else of.case_id


def cases_of_finding(conn: Connection, finding_id: str) -> list[str]:
    """Ids of the cases that list a finding."""
    joined = case_finding.join(case_, case_.c.case_id == case_finding.c.case_id)
    return sorted(conn.scalars(select(case_finding.c.case_id).select_from(joined).where(case_finding.c.finding_id == finding_id)))


def count_members(conn: Connection, of: Collection[Case]) -> dict[str, int]:
    """How many findings each case answers for, for the list page."""
    lists = {_list_of(c): c.case_id for c in of}
    query = select(case_finding.c.case_id, func.count()).where(case_finding.c.case_id.in_(sorted(lists))).group_by(case_finding.c.case_id)
    return {lists[row[0]]: row[1] for row in conn.execute(query)}


def comment(conn: Connection, on: str, actor: str, text: str, at_us: int) -> Comment:
    """Add a remark; saying the same thing twice in one microsecond is one remark."""
    made = Comment(name("cm", on, str(at_us), actor, text), on, at_us, actor, text)
    if conn.execute(select(case_comment.c.comment_id).where(case_comment.c.comment_id == made.comment_id)).first() is None:
        conn.execute(insert(case_comment).values(comment_id=made.comment_id, case_id=on, at_us=at_us, actor=actor, text=text))
    return made


def comments(conn: Connection, on: str) -> list[Comment]:
    """Remarks, oldest first."""
    query = select(case_comment).where(case_comment.c.case_id == on).order_by(case_comment.c.at_us, case_comment.c.comment_id)
    return [Comment(**row._mapping) for row in conn.execute(query)]


def assign(conn: Connection, wanted: str, assignee: str | None) -> None:
    """Name the key that works the case, or nobody."""
    conn.execute(update(case_).where(case_.c.case_id == wanted).values(assignee=assignee))


def set_reply(conn: Connection, wanted: str, step: str, note: str | None) -> None:
    """Keep how the seller's reply stands (E9); the text is kept as it came."""
    conn.execute(update(case_).where(case_.c.case_id == wanted).values(reply_step=step, reply_note=note))


def set_referred(conn: Connection, wanted: str) -> None:
    """The case has an approved referral."""
    conn.execute(update(case_).where(case_.c.case_id == wanted, case_.c.status != CLOSED).values(status="referred"))
