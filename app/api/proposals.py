"""How does a case become a referral? One person proposes with written reasons, another approves; one transaction freezes it (E9)."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from app.api.case_trail import recorded
from app.api.case_view import referral_shown
from app.api.casework import Approver, CaseWorker, Proposer, conflict, refused, visible_case, visible_referral
from app.api.matters import draft_hash, freeze, keep_proposal, matter_of
from app.api.problems import Problem
from app.api.services import ServicesDep
from app.domain.cases import is_sandbox
from app.referral.approval import Refusal, choose, same_person, why_not_approved
from app.referral.matter import KPPU, Act, FrozenFinding, Matter
from app.store import cases, dossier, keys, referrals
from app.store.cases import CLOSED, Case
from app.store.engine import hold, write
from app.store.referrals import PROPOSED

router: Final = APIRouter(prefix="/v1", tags=["referrals"])
Strict: Final = ConfigDict(extra="forbid", str_strip_whitespace=True)
Written = Annotated[
    str, Field(min_length=10, max_length=20_000, examples=["Under the invoiced cost in four sessions while two rivals left."])
]


class Proposal(BaseModel):
    """What to refer, to whom, and why. Without `findings`: all that can go to the addressee."""

    model_config = Strict
    reasons: Written
    addressee: Literal["KPPU", "Ministry of Trade", "platform"] = KPPU
    findings: Annotated[list[str], Field(min_length=1, max_length=500)] | None = None


class Approval(BaseModel):
    """The second person's word. `draft_sha256`: hash of the draft that was read (its ETag); any other draft is then refused."""

    model_config = Strict
    draft_sha256: str | None = Field(None, pattern=r"^[0-9a-f]{64}$")


class ProposalWithdrawal(BaseModel):
    """Why a proposal is taken back."""

    model_config = Strict
    reason: Written


@router.post("/cases/{case_id}/referral", status_code=201, summary="Propose a referral with written reasons")
def propose_referral(case_id: str, new: Proposal, caller: Proposer, services: ServicesDep) -> dict[str, Any]:
    """The proposal; nothing leaves the house before another person approves it."""
    with write(services.engine) as conn:
        hold(conn, f"case:{case_id}")
        case = visible_case(conn, caller, case_id)
        chosen = _chosen(conn, case, new)
        made = keep_proposal(conn, case_id, new.addressee, new.reasons, Act(caller.key_id, services.clock()), chosen)
        told = {"referral_id": made.referral_id, "findings": [f.finding_id for f in chosen], "reasons": made.reasons}
        recorded(services, caller.key_id, "referral.proposed", case_id, told)
    return referral_shown(made)


@router.post("/referrals/{referral_id}/approval", summary="Approve as another person: freezes the report and queues its message")
def approve_referral(referral_id: str, new: Approval, caller: Approver, services: ServicesDep) -> dict[str, Any]:
    """The referral as frozen."""
    with write(services.engine) as conn:
        hold(conn, f"case:{visible_referral(conn, caller, referral_id).case_id}")
        waiting = visible_referral(conn, caller, referral_id)
        proposer = keys.get(conn, waiting.proposed_by)
        names = proposer.name if proposer else waiting.proposed_by, caller.name
        if same_person((waiting.proposed_by, names[0]), (caller.key_id, names[1])):
            raise Problem("forbidden", "Whoever proposed a referral can't approve it: another person must.", code="needs_second_person")
        if waiting.status != PROPOSED:
            raise conflict("not_proposed", f"The referral is {waiting.status}.")
        draft = matter_of(conn, waiting)
        _refuse_unready(draft, new.draft_sha256)
        freeze(conn, draft, Act(caller.key_id, services.clock()), services.settings.public_url)
        done = visible_referral(conn, caller, referral_id)
        told = {"referral_id": referral_id, "sha256": done.sha256, "addressee": done.addressee}
        recorded(services, caller.key_id, "referral.approved", done.case_id, told)
    return referral_shown(done)


@router.post("/referrals/{referral_id}/withdrawal", summary="Take back a proposal that was not approved")
def withdraw_proposal(referral_id: str, new: ProposalWithdrawal, caller: CaseWorker, services: ServicesDep) -> dict[str, Any]:
    """The withdrawn proposal."""
    with write(services.engine) as conn:
        hold(conn, f"case:{visible_referral(conn, caller, referral_id).case_id}")
        found = visible_referral(conn, caller, referral_id)
        if found.status != PROPOSED:
            raise conflict("not_proposed", f"The referral is {found.status}.")
        referrals.withdraw(conn, referral_id)
        told = {"referral_id": referral_id, "why": new.reason}
        recorded(services, caller.key_id, "referral.proposal_withdrawn", found.case_id, told)
        return referral_shown(visible_referral(conn, caller, referral_id))


def _chosen(conn: Connection, case: Case, new: Proposal) -> list[FrozenFinding]:
    if case.status == CLOSED:
        raise conflict("case_closed", "The case is closed.")
    if any(r.status == PROPOSED and r.addressee == new.addressee for r in referrals.of_case(conn, case.case_id)):
        raise conflict("already_proposed", "A referral of this case to this addressee waits for approval already.")
    found = dossier.frozen_findings(conn, cases.members(conn, case))
    chosen = choose(found, new.findings, new.addressee, sandbox=is_sandbox(case.platform))
    if isinstance(chosen, Refusal):
        raise refused(chosen)
    return chosen


def _refuse_unready(draft: Matter, read_hash: str | None) -> None:
    refusal = why_not_approved(draft.findings, draft.addressee, draft.reply_step, draft.reply_note, sandbox=is_sandbox(draft.platform))
    if refusal is not None:
        raise refused(refusal)
    if read_hash is not None and read_hash != draft_hash(draft):
        raise conflict("draft_changed", "The draft has changed since it was read: read it again.", draft_sha256=draft_hash(draft))
