"""What did a person make of a finding? A verdict; what no longer stands is told to all who received it (E9)."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from app.api.auth import Caller
from app.api.case_trail import recorded
from app.api.casework import CaseWorker, platforms_of
from app.api.matters import referred_findings
from app.api.problems import Problem
from app.api.services import ServicesDep
from app.domain.identity import name
from app.referral import message
from app.referral.approval import CLEARED
from app.store import cases, dossier, findings, outbox, referrals
from app.store.engine import hold, write
from app.store.referrals import APPROVED, Referral

router: Final = APIRouter(prefix="/v1/findings", tags=["findings"])


class NewVerdict(BaseModel):
    """A person's word on a finding. `lawful` and `data_error` strike it from lists, exports and referrals."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    verdict: Literal["lawful", "data_error", "unlawful_indicated"]
    reason: Annotated[str, Field(min_length=10, max_length=20_000, examples=["The invoice shows another unit: cost per carton."])]


@router.post("/{finding_id}/verdict", summary="Enter a person's verdict with its reason")
def set_verdict(finding_id: str, new: NewVerdict, caller: CaseWorker, services: ServicesDep) -> dict[str, Any]:
    """The verdict, and which sent referrals were told."""
    at_us = services.clock()
    with write(services.engine) as conn:
        _refuse_invisible(conn, caller, finding_id)
        findings.set_verdict(conn, finding_id, new.verdict)
        holding = cases.cases_of_finding(conn, finding_id)
        for case_id in holding:
            hold(conn, f"case:{case_id}")
            cases.comment(conn, case_id, caller.key_id, f"verdict on {finding_id}: {new.verdict}\n{new.reason}", at_us)
        sent = [r for c in holding for r in referrals.of_case(conn, c) if r.status == APPROVED and finding_id in referred_findings(r)]
        told = [tell_withdrawn(conn, r, finding_id, new.verdict, at_us) for r in sent] if new.verdict in CLEARED else []
        body = {"finding_id": finding_id, "verdict": new.verdict, "reason": new.reason, "told": told}
        for subject in holding or [finding_id]:
            recorded(services, caller.key_id, "finding.verdict", subject, body)
    return {"finding_id": finding_id, "verdict": new.verdict, "told": told}


def tell_withdrawn(conn: Connection, referral: Referral, finding_id: str, verdict: str, at_us: int) -> str:
    """Queue `referral.updated`, or `referral.withdrawn` where nothing of it stands any more; the message's id."""
    held = dossier.frozen_findings(conn, referred_findings(referral))
    gone = sorted(f.finding_id for f in held if f.verdict in CLEARED)
    standing = len(held) - len(gone)
    kind = message.UPDATED if standing else message.WITHDRAWN
    if not standing:
        referrals.withdraw(conn, referral.referral_id)
        for waiting in outbox.of_referral(conn, referral.referral_id):
            # what is known to be wrong is not announced any more; a message under way is followed by the withdrawal
            outbox.skip(conn, waiting.message_id)
    made = message.message_id(referral.referral_id, kind, finding_id, verdict, name("w", *gone))
    body = message.changed(
        kind,
        referral_id=referral.referral_id,
        case_id=referral.case_id,
        report_sha256=referral.sha256 or "",
        withdrawn=gone,
        standing=standing,
        why=verdict,
        at_us=at_us,
    )
    if made not in {m.message_id for m in outbox.of_referral(conn, referral.referral_id)}:
        outbox.enqueue(
            conn, message_id=made, case_id=referral.case_id, referral_id=referral.referral_id, kind=kind, body=body.decode(), at_us=at_us
        )
    return made


def _refuse_invisible(conn: Connection, caller: Caller, finding_id: str) -> None:
    platform, mine = dossier.platform_of(conn, finding_id), platforms_of(caller)
    if platform is None or (mine is not None and platform not in mine):
        raise Problem("not-found", f"There is no finding {finding_id}.")
