"""What can be done to a case? Remarks, assignment, the seller's reply (E9), closing; each leaves its line in the audit trail."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import Connection

from app.api.auth import Caller
from app.api.case_trail import recorded
from app.api.case_view import case_shown, comment_shown
from app.api.casework import CaseWorker, conflict, visible_case
from app.api.problems import Problem
from app.api.services import Services, ServicesDep
from app.store import case_close, cases, keys, referrals
from app.store.cases import CLOSED, Case
from app.store.engine import hold, write

router: Final = APIRouter(prefix="/v1/cases", tags=["cases"])
SENTENCE_CHARACTERS: Final = 10
"""Reasons are sentences; this keeps out `ok`."""
TEXT_CHARACTERS: Final = 20_000
Written = Annotated[str, Field(min_length=SENTENCE_CHARACTERS, max_length=TEXT_CHARACTERS)]
Plain: Final = ConfigDict(extra="forbid", str_strip_whitespace=True)


class NewComment(BaseModel):
    """A remark."""

    model_config = Plain
    text: str = Field(min_length=1, max_length=TEXT_CHARACTERS, examples=["Asked the platform for the invoices."])


class Assignment(BaseModel):
    """Who works the case; null: nobody."""

    model_config = Plain
    assignee: str | None = Field(max_length=100, examples=["key_0123456789abcdef"])


class ReplyStep(BaseModel):
    """How the seller's reply stands. `text`: what was asked, the reply word for word, or why the step is skipped."""

    # the reply travels unaltered (E9): not even its white space is stripped
    model_config = ConfigDict(extra="forbid")
    step: Literal["asked", "answered", "skipped"]
    text: str | None = Field(None, max_length=TEXT_CHARACTERS, examples=["The lot expires tomorrow; invoice attached."])

    @model_validator(mode="after")
    def _written(self) -> ReplyStep:
        least = {"asked": 0, "answered": 1, "skipped": SENTENCE_CHARACTERS}[self.step]
        if len((self.text or "").strip()) < least:
            raise ValueError("`answered` needs the seller's text, `skipped` a written reason")
        return self


class Closing(BaseModel):
    """Why the case is done."""

    model_config = Plain
    reason: Written


@router.post("/{case_id}/comments", status_code=201, summary="Add a remark to a case")
def add_comment(case_id: str, new: NewComment, caller: CaseWorker, services: ServicesDep) -> dict[str, Any]:
    """The remark as kept."""
    with write(services.engine) as conn:
        visible_case(conn, caller, case_id)
        made = cases.comment(conn, case_id, caller.key_id, new.text, services.clock())
        recorded(services, caller.key_id, "case.commented", case_id, {"comment_id": made.comment_id})
    return comment_shown(made)


@router.post("/{case_id}/assignment", summary="Say who works a case")
def assign_case(case_id: str, new: Assignment, caller: CaseWorker, services: ServicesDep) -> dict[str, Any]:
    """The case after it."""
    with write(services.engine) as conn:
        case = _workable(conn, caller, case_id)
        key = None if new.assignee is None else keys.get(conn, new.assignee)
        if new.assignee is not None and (key is None or key.revoked_us is not None):
            errors = [{"field": "body.assignee", "problem": "there is no such live key"}]
            raise Problem("request-not-valid", "One or more fields are not valid.", errors=errors)
        cases.assign(conn, case.case_id, new.assignee)
        return _done(conn, services, caller, case, "case.assigned", {"assignee": new.assignee})


@router.post("/{case_id}/reply-step", summary="Enter how the seller's reply stands: asked, answered, or skipped with a written reason")
def set_reply_step(case_id: str, new: ReplyStep, caller: CaseWorker, services: ServicesDep) -> dict[str, Any]:
    """The case after it."""
    with write(services.engine) as conn:
        case = _workable(conn, caller, case_id)
        if case.reply_step == "answered" and new.step != "answered":
            raise conflict("reply_already_entered", "The seller has answered; an answer can be replaced by a fuller one only.")
        cases.set_reply(conn, case.case_id, new.step, new.text)
        # earlier words stay readable: the column holds the newest only
        cases.comment(conn, case.case_id, caller.key_id, f"reply step: {new.step}\n{new.text or ''}".rstrip(), services.clock())
        return _done(conn, services, caller, case, "case.reply_step", {"step": new.step})


@router.post("/{case_id}/closing", summary="Close a case with a written reason")
def close_case(case_id: str, new: Closing, caller: CaseWorker, services: ServicesDep) -> dict[str, Any]:
    """The case after it. Findings that come later open the seller's next case."""
    with write(services.engine) as conn:
        case = _workable(conn, caller, case_id)
        if any(r.status == referrals.PROPOSED for r in referrals.of_case(conn, case_id)):
            raise conflict("proposal_open", "A referral of this case waits for approval: approve or withdraw it first.")
        case_close.close(conn, case, services.clock())
        cases.comment(conn, case_id, caller.key_id, f"closed: {new.reason}", services.clock())
        return _done(conn, services, caller, case, "case.closed", {"reason": new.reason})


def _workable(conn: Connection, caller: Caller, case_id: str) -> Case:
    hold(conn, f"case:{case_id}")
    case = visible_case(conn, caller, case_id)
    if case.status == CLOSED:
        raise conflict("case_closed", "The case is closed.")
    return case


def _done(conn: Connection, services: Services, caller: Caller, case: Case, action: str, what: dict[str, Any]) -> dict[str, Any]:
    recorded(services, caller.key_id, action, case.case_id, what)
    return case_shown(visible_case(conn, caller, case.case_id))
