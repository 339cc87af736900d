"""Which referrals were proposed, approved, acknowledged? Rows of `referral`; a report is frozen at approval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, func, insert, select, update

from app.domain.identity import name
from app.store import keyset
from app.store.tables import case_, referral

PROPOSED: Final = "proposed"
APPROVED: Final = "approved"
WITHDRAWN: Final = "withdrawn"


@dataclass(frozen=True, slots=True)
class Referral:
    """One referral, as kept. `report` is a draft until `approved_us` is set, and never altered after (F2)."""

    referral_id: str
    case_id: str
    addressee: str
    status: str
    proposed_by: str
    reasons: str
    proposed_us: int
    approved_by: str | None
    approved_us: int | None
    report: str | None
    sha256: str | None
    acknowledged_us: int | None


@dataclass(frozen=True, slots=True)
class ReferralFilter:
    """Which referrals to list. `sent_only`: those that left the house, for the authority."""

    platforms: frozenset[str] | None = None
    addressee: str | None = None
    status: str | None = None
    case_id: str | None = None
    sent_only: bool = False


class NotProposed(Exception):
    """The referral isn't waiting for approval: another person was faster, or it was withdrawn."""


def _referral(row: Row[Any]) -> Referral:
    return Referral(**row._mapping)


def next_id(conn: Connection, case_id: str, addressee: str) -> str:
    """Id of the case's next referral to an addressee; two proposals at once meet at the primary key and one loses."""
    query = select(func.count()).where(referral.c.case_id == case_id, referral.c.addressee == addressee)
    return name("r", case_id, addressee, str(conn.scalar(query) or 0))


def propose(conn: Connection, made: Referral) -> None:
    """Keep a proposal with its draft."""
    columns = {c.name: getattr(made, c.name) for c in referral.columns}
    conn.execute(insert(referral).values(**columns))


def get(conn: Connection, wanted: str) -> Referral | None:
    """One referral."""
    row = conn.execute(select(referral).where(referral.c.referral_id == wanted)).first()
    return _referral(row) if row is not None else None


def listed(conn: Connection, wanted: ReferralFilter, limit: int, after: tuple[int, str] | None = None) -> list[Referral]:
    """Newest first by (proposed_us, referral_id); `after` is that key of the last one seen."""
    query = select(referral).join(case_, case_.c.case_id == referral.c.case_id)
    if wanted.platforms is not None:
        query = query.where(case_.c.platform.in_(sorted(wanted.platforms)))
    pairs = ((referral.c.addressee, wanted.addressee), (referral.c.status, wanted.status), (referral.c.case_id, wanted.case_id))
    for column, value in pairs:
        if value is not None:
            query = query.where(column == value)
    if wanted.sent_only:
        query = query.where(referral.c.approved_us.is_not(None))
    if after is not None:
        query = query.where(keyset.after((referral.c.proposed_us, referral.c.referral_id), after, descending=(True, False)))
    return [_referral(r) for r in conn.execute(query.order_by(referral.c.proposed_us.desc(), referral.c.referral_id).limit(limit))]


def of_case(conn: Connection, case_id: str) -> list[Referral]:
    """Every referral of a case, oldest first."""
    query = select(referral).where(referral.c.case_id == case_id).order_by(referral.c.proposed_us, referral.c.referral_id)
    return [_referral(row) for row in conn.execute(query)]


def freeze(conn: Connection, wanted: str, *, approver: str, at_us: int, report: str, sha256: str) -> None:
    """Approve once: the condition in the statement decides between two approvals at the same moment."""
    done = conn.execute(
        update(referral)
        .where(referral.c.referral_id == wanted, referral.c.status == PROPOSED)
        .values(status=APPROVED, approved_by=approver, approved_us=at_us, report=report, sha256=sha256)
    )
    if done.rowcount != 1:
        raise NotProposed(wanted)


def withdraw(conn: Connection, wanted: str) -> None:
    """Nothing of it stands any more; the frozen report stays readable."""
    conn.execute(update(referral).where(referral.c.referral_id == wanted).values(status=WITHDRAWN))


def acknowledge(conn: Connection, wanted: str, at_us: int) -> None:
    """The authority has it; the first acknowledgement counts."""
    conn.execute(
        update(referral).where(referral.c.referral_id == wanted, referral.c.acknowledged_us.is_(None)).values(acknowledged_us=at_us)
    )
