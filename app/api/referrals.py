"""Which referrals are there, what do they say, and has the authority got them? Reading, and the authority's acknowledgement."""

from __future__ import annotations

import base64
import hashlib
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from app.api.auth import Caller
from app.api.case_trail import recorded
from app.api.case_view import moment, referral_shown
from app.api.casework import AUTHORITY_IS, Authority, ReferralReader, platforms_of, visible_referral
from app.api.matters import matter_of
from app.api.pagination import open_cursor, seal_cursor
from app.api.services import ServicesDep
from app.domain.levels import Role
from app.referral.report import report_bytes
from app.store import outbox, referrals
from app.store.engine import read, write
from app.store.outbox import AttemptRow, Message
from app.store.referrals import PROPOSED, ReferralFilter

router: Final = APIRouter(prefix="/v1/referrals", tags=["referrals"])


class Acknowledgement(BaseModel):
    """The authority's word that it has the referral."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    reference: str | None = Field(None, max_length=200, examples=["the authority's own file number"])


def _filter(caller: Caller, status: str | None, case_id: str | None) -> ReferralFilter:
    if caller.role is Role.AUTHORITY:
        return ReferralFilter(None, AUTHORITY_IS, status, case_id, sent_only=True)
    return ReferralFilter(platforms_of(caller), None, status, case_id)


@router.get("", summary="Referrals, newest first; the authority sees those that were sent to it")
def list_referrals(
    caller: ReferralReader,
    services: ServicesDep,
    status: Literal["proposed", "approved", "withdrawn"] | None = None,
    case_id: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: str | None = None,
) -> dict[str, Any]:
    """A page, and the cursor of the next."""
    bound = {"list": "referrals", "role": caller.role, "platforms": sorted(caller.platforms), "status": status, "case": case_id}
    after = None
    if cursor is not None:
        proposed_us, referral_id = open_cursor(services.secret, bound, cursor)
        after = (int(proposed_us or 0), str(referral_id))
    with read(services.engine) as conn:
        rows = referrals.listed(conn, _filter(caller, status, case_id), limit + 1, after)
    page = rows[:limit]
    recorded(services, caller.key_id, "referrals.listed", "referrals", {"referrals": [r.referral_id for r in page]})
    following = seal_cursor(services.secret, bound, (page[-1].proposed_us, page[-1].referral_id)) if len(rows) > limit else None
    return {"items": [referral_shown(r) for r in page], "next": following}


@router.get("/{referral_id}", summary="One referral with its messages")
def get_referral(referral_id: str, caller: ReferralReader, services: ServicesDep) -> dict[str, Any]:
    """The referral and how its delivery stands."""
    with read(services.engine) as conn:
        found = visible_referral(conn, caller, referral_id)
        messages = outbox.of_referral(conn, referral_id)
    recorded(services, caller.key_id, "referral.read", found.case_id, {"referral_id": referral_id})
    return {**referral_shown(found), "messages": [message_shown(m) for m in messages]}


@router.get("/{referral_id}/attempts", summary="Every attempt to deliver")
def list_attempts(referral_id: str, caller: ReferralReader, services: ServicesDep) -> dict[str, Any]:
    """Attempts by message, first to last; numbers run on over redeliveries."""
    with read(services.engine) as conn:
        found = visible_referral(conn, caller, referral_id)
        tried = [a for m in outbox.of_referral(conn, referral_id) for a in outbox.attempts(conn, m.message_id)]
    recorded(services, caller.key_id, "referral.attempts_read", found.case_id, {"referral_id": referral_id})
    return {"items": [_attempt_shown(a) for a in tried]}


@router.get(
    "/{referral_id}/report",
    summary="The report, byte for byte as hashed; before approval the draft as it stands now",
    response_class=Response,
)
def get_report(referral_id: str, caller: ReferralReader, services: ServicesDep) -> Response:
    """Canonical JSON; its sha256 is the ETag and stands in Content-Digest (RFC 9530)."""
    with read(services.engine) as conn:
        found = visible_referral(conn, caller, referral_id)
        body = report_bytes(matter_of(conn, found)) if found.status == PROPOSED else (found.report or "").encode()
    recorded(services, caller.key_id, "referral.report_read", found.case_id, {"referral_id": referral_id})
    digest = hashlib.sha256(body)
    headers = {"etag": f'"{digest.hexdigest()}"', "content-digest": f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"}
    return Response(body, media_type="application/json", headers=headers)


@router.post("/{referral_id}/acknowledgement", summary="The authority has the referral")
def acknowledge_referral(referral_id: str, new: Acknowledgement, caller: Authority, services: ServicesDep) -> dict[str, Any]:
    """The referral after it; the first acknowledgement counts."""
    with write(services.engine) as conn:
        found = visible_referral(conn, caller, referral_id)
        referrals.acknowledge(conn, referral_id, services.clock())
        told = {"referral_id": referral_id, "reference": new.reference}
        recorded(services, caller.key_id, "referral.acknowledged", found.case_id, told)
        return referral_shown(visible_referral(conn, caller, referral_id))


def message_shown(message: Message) -> dict[str, Any]:
    """A message without its body, which is the report's business."""
    waits = message.status == outbox.PENDING
    return {
        "message_id": message.message_id,
        "type": message.type,
        "status": message.status,
        "attempts_this_round": message.attempts,
        "due_at": moment(message.due_us) if waits else None,
        "delivered_at": moment(message.delivered_us),
    }


def _attempt_shown(tried: AttemptRow) -> dict[str, Any]:
    return {
        "message_id": tried.message_id,
        "number": tried.number,
        "at": moment(tried.at_us),
        "status_code": tried.status_code,
        "latency_ms": tried.latency_ms,
        "error": tried.error,
        "excerpt": tried.excerpt,
    }
