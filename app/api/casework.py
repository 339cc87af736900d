"""Who works on cases, and what may each key see? Roles, platform isolation, and the audit line of every read and command."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import Depends
from sqlalchemy import Connection

from app.api.auth import Caller, CallerDep, require
from app.api.problems import Problem
from app.domain.levels import Role
from app.referral.approval import Refusal
from app.referral.matter import KPPU
from app.store import cases, referrals
from app.store.cases import Case
from app.store.referrals import Referral


async def authority_only(caller: CallerDep) -> Caller:
    """Only the authority itself: no admin speaks in its name."""
    if caller.role is not Role.AUTHORITY:
        raise Problem("forbidden", f"A key of role {caller.role.value} may not do this.", roles=[Role.AUTHORITY.value])
    return caller


CaseReader = Annotated[Caller, Depends(require(Role.ANALYST, Role.APPROVER, Role.OBSERVER))]
CaseWorker = Annotated[Caller, Depends(require(Role.ANALYST, Role.APPROVER))]
Proposer = Annotated[Caller, Depends(require(Role.ANALYST))]
Approver = Annotated[Caller, Depends(require(Role.APPROVER))]
ReferralReader = Annotated[Caller, Depends(require(Role.ANALYST, Role.APPROVER, Role.OBSERVER, Role.AUTHORITY))]
Authority = Annotated[Caller, Depends(authority_only)]
AUTHORITY_IS: Final = KPPU
"""The role `authority` is KPPU's: it sees what was sent to KPPU, and nothing else."""


def platforms_of(caller: Caller) -> frozenset[str] | None:
    """Platforms whose cases the caller may see; None: all."""
    return None if caller.sees_all else frozenset(caller.platforms)


def visible_case(conn: Connection, caller: Caller, case_id: str) -> Case:
    """The case, or 404 where it doesn't exist or is another platform's: the two look alike on purpose."""
    found = cases.get(conn, case_id, platforms_of(caller))
    if found is None:
        raise Problem("not-found", f"There is no case {case_id}.")
    return found


def visible_referral(conn: Connection, caller: Caller, referral_id: str) -> Referral:
    """The referral, or 404; the authority sees what left the house towards it."""
    found = referrals.get(conn, referral_id)
    hidden = found is None or (
        (found.approved_us is None or found.addressee != AUTHORITY_IS)
        if caller.role is Role.AUTHORITY
        else cases.get(conn, found.case_id, platforms_of(caller)) is None
    )
    if found is None or hidden:
        raise Problem("not-found", f"There is no referral {referral_id}.")
    return found


def refused(refusal: Refusal) -> Problem:
    """A refusal of the rules as an answer; `code` is what clients act on."""
    return conflict(refusal.code, refusal.detail, **({"missing": dict(refusal.missing)} if refusal.missing else {}))


def conflict(code: str, detail: str, **members: Any) -> Problem:
    """409 with a stable code."""
    return Problem("conflict", detail, code=code, **members)
