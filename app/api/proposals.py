"""How does a case become a referral? One person proposes with written reasons, another approves; one transaction freezes it (E9)."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from app.api.auth import Caller
from app.api.case_view import referral_shown
from app.api.casework import Approver, CaseWorker, Proposer, conflict, refused, visible_case, visible_referral
from app.api.commands import recorded
from app.api.problems import Problem
from app.api.services import Services, ServicesDep
from app.domain.cases import is_sandbox
from app.referral import message
from app.referral.approval import Refusal, choose, same_person, why_not_approved
from app.referral.matter import KPPU, Act, FrozenFinding, Matter
from app.referral.report import report_bytes
from app.store import cases, dossier, keys, outbox, referrals
from app.store.cases import CLOSED, Case
from app.store.engine import hold, write
from app.store.referrals import PROPOSED, WITHDRAWN, NotProposed, Referral

router: Final = APIRouter(prefix="/v1", tags=["referrals"])


class Proposal(BaseModel):
    """What to refer, to whom, and why. Without `findings`: all that can go to the addressee."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    reasons: str = Field(min_length=10, max_length=20_000, examples=["Under the invoiced cost in four sessions while two rivals left."])
    addressee: Literal["KPPU", "Ministry of Trade", "platform"] = KPPU
    findings: Annotated[list[str], Field(min_length=1, max_length=500)] | None = None


class Approval(BaseModel):
    """The second person's word. `draft_sha256`: hash of the draft that was read (its ETag); another draft is then refused."""

    model_config = ConfigDict(extra="forbid")
    draft_sha256: str | None = Field(None, pattern=r"^[0-9a-f]{64}$")


class Reason(BaseModel):
    """Why."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    reason: str = Field(min_length=10, max_length=20_000)


@router.post("/cases/{case_id}/referral", status_code=201, summary="Propose a referral with written reasons")
def propose_referral(case_id: str, new: Proposal, caller: Proposer, services: ServicesDep) -> dict[str, Any]:
    """The proposal; nothing leaves the house before another person approves it."""
    with write(services.engine) as conn:
        hold(conn, f"case:{case_id}")
        case = visible_case(conn, caller, case_id)
        if case.status == CLOSED:
            raise conflict("case_closed", "The case is closed.")
        if any(r.status == PROPOSED and r.addressee == new.addressee for r in referrals.of_case(conn, case_id)):
            raise conflict("already_proposed", "A referral of this case to this addressee waits for approval already.")
        found = dossier.frozen_findings(conn, cases.members(conn, case))
        chosen = choose(found, new.findings, new.addressee, sandbox=is_sandbox(case.platform))
        if isinstance(chosen, Refusal):
            raise refused(chosen)
        made = _proposal(conn, case, new, caller.key_id, services.clock(), tuple(chosen))
        referrals.propose(conn, made)
        told = {"case_id": case_id, "referral_id": made.referral_id, "findings": [f.finding_id for f in chosen], "reasons": made.reasons}
        recorded(services, caller.key_id, "referral.proposed", told)
    return referral_shown(made)


@router.post("/referrals/{referral_id}/approval", summary="Approve as another person: freezes the report and queues its message")
def approve_referral(referral_id: str, new: Approval, caller: Approver, services: ServicesDep) -> dict[str, Any]:
    """The referral as frozen."""
    with write(services.engine) as conn:
        waiting = visible_referral(conn, caller, referral_id)
        hold(conn, f"case:{waiting.case_id}")
        waiting = _still_proposed(conn, referral_id)
        proposer = keys.get(conn, waiting.proposed_by)
        if same_person((waiting.proposed_by, proposer.name if proposer else waiting.proposed_by), (caller.key_id, caller.name)):
            raise Problem("forbidden", "Whoever proposed a referral can't approve it: another person must.", code="needs_second_person")
        draft = matter_of(conn, waiting)
        _refuse_if_not_ready(draft, new)
        _freeze(conn, services, draft, Act(caller.key_id, services.clock()))
        done = visible_referral(conn, caller, referral_id)
        told = {"case_id": done.case_id, "referral_id": referral_id, "sha256": done.sha256}
        recorded(services, caller.key_id, "referral.approved", told)
    return referral_shown(done)


@router.post("/referrals/{referral_id}/withdrawal", summary="Take back a proposal that was not approved")
def withdraw_proposal(referral_id: str, new: Reason, caller: CaseWorker, services: ServicesDep) -> dict[str, Any]:
    """The withdrawn proposal."""
    with write(services.engine) as conn:
        found = visible_referral(conn, caller, referral_id)
        _still_proposed(conn, referral_id)
        referrals.withdraw(conn, referral_id)
        recorded(services, caller.key_id, "referral.proposal_withdrawn", {"case_id": found.case_id, "referral_id": referral_id, "why": new.reason})
        return {**referral_shown(found), "status": WITHDRAWN}


def referred_findings(referral: Referral) -> list[str]:
    """Ids of the findings that a draft or report holds."""
    return [c["finding_id"] for c in json.loads(referral.report or "{}").get("conduct", [])]


def matter_of(conn: Connection, referral: Referral) -> Matter:
    """The matter of a proposal as it stands now: the proposed findings at their newest versions, not yet approved."""
    case = cases.get(conn, referral.case_id)
    assert case is not None
    found = tuple(dossier.frozen_findings(conn, referred_findings(referral)))
    proposed = Act(referral.proposed_by, referral.proposed_us)
    return _matter(case, referral.referral_id, referral.addressee, referral.reasons, proposed, found)


def _matter(
    case: Case, referral_id: str, addressee: str, reasons: str, proposed: Act, found: tuple[FrozenFinding, ...], approved: Act | None = None
) -> Matter:
    return Matter(
        referral_id=referral_id,
        case_id=case.case_id,
        addressee=addressee,
        platform=case.platform,
        seller_id=case.seller_id,
        reasons=reasons,
        proposed=proposed,
        approved=approved,
        reply_step=case.reply_step,
        reply_note=case.reply_note,
        findings=found,
    )
