"""How does a person help a message along? Send it again, or let its followers pass (F5); both say why and are on record."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from app.api.auth import AdminCaller, Caller
from app.api.case_trail import recorded
from app.api.casework import CaseWorker, conflict, visible_referral
from app.api.referrals import message_shown
from app.api.services import Services, ServicesDep
from app.referral.message import CREATED
from app.store import outbox
from app.store.engine import hold, write
from app.store.outbox import BLOCKING, Message
from app.store.referrals import WITHDRAWN, Referral

router: Final = APIRouter(prefix="/v1/referrals", tags=["referrals"])


class Redelivery(BaseModel):
    """Which message to send again. Unset: the oldest that is not delivered, else the one that announced the referral."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    message_id: str | None = None
    reason: str | None = Field(None, max_length=2_000)


class Skip(BaseModel):
    """Why followers may pass a message that was not delivered."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    message_id: str | None = None
    reason: Annotated[str, Field(min_length=10, max_length=2_000)]


@router.post("/{referral_id}/redelivery", status_code=202, summary="Send a message again, with the whole schedule of attempts")
def redeliver_referral(referral_id: str, new: Redelivery, caller: CaseWorker, services: ServicesDep) -> dict[str, Any]:
    """The message, due now; its webhook-id stays the same, so that the receiver can tell."""
    with write(services.engine) as conn:
        found, message = _message(conn, caller, referral_id, new.message_id)
        if found.status == WITHDRAWN and message.type == CREATED:
            raise conflict("referral_withdrawn", "What was withdrawn is not announced again.")
        outbox.redeliver(conn, message.message_id, services.clock())
        return _done(conn, services, caller, found, message, "referral.redelivery", new.reason)


@router.post("/{referral_id}/skip", summary="Let followers pass an undelivered message")
def skip_message(referral_id: str, new: Skip, caller: AdminCaller, services: ServicesDep) -> dict[str, Any]:
    """The skipped message."""
    with write(services.engine) as conn:
        found, message = _message(conn, caller, referral_id, new.message_id)
        if not outbox.skip(conn, message.message_id):
            raise conflict("not_in_the_way", f"The message is {message.status}.")
        return _done(conn, services, caller, found, message, "referral.message_skipped", new.reason)


def _message(conn: Connection, caller: Caller, referral_id: str, wanted: str | None) -> tuple[Referral, Message]:
    found = visible_referral(conn, caller, referral_id)
    hold(conn, f"case:{found.case_id}")
    messages = outbox.of_referral(conn, referral_id)
    fitting = [m for m in messages if m.message_id == wanted] if wanted else [m for m in messages if m.status in BLOCKING] or messages
    if not fitting:
        raise conflict("no_message", "The referral has no such message; before approval it has none.")
    return found, fitting[0]


def _done(
    conn: Connection, services: Services, caller: Caller, found: Referral, message: Message, action: str, why: str | None
) -> dict[str, Any]:
    told = {"referral_id": found.referral_id, "message_id": message.message_id, "why": why}
    recorded(services, caller.key_id, action, found.case_id, told)
    after = [m for m in outbox.of_referral(conn, found.referral_id) if m.message_id == message.message_id]
    return message_shown(after[0])
