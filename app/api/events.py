"""How do events come in? POST /v1/events: authenticate, limit, inflate, parse, validate, append, answer."""

from __future__ import annotations

from typing import Annotated, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import JSONResponse

from app.api.auth import Caller, PlatformCaller, sandboxed
from app.api.problems import Problem, problem_response
from app.api.request_id import request_id_of
from app.api.services import ServicesDep, services_of
from app.domain.events import EVENT_SCHEMA_VERSION
from app.intake.accept import Answer, Door, Post
from app.intake.rules import OTHER_PLATFORM
from app.intake.sender import Sender

router: Final = APIRouter(prefix="/v1/events", tags=["events"])
_SANDBOX: Final = sandboxed("")
OTHER_DETAIL: Final = "Every event names a session of a platform that this key does not list."
NOTHING_DETAIL: Final = "Every event was refused; `rejected` names field and problem of each."

DryRun = Annotated[bool, Query(description="Validate only; nothing is stored.")]
IdempotencyKey = Annotated[
    str | None, Header(min_length=1, max_length=200, description="Names this request for 24 h. Default: hash of body and key.")
]
Backfill = Annotated[str | None, Header(description="Not supported yet: refused, so that nothing is lost silently.")]
SchemaDate = Annotated[str | None, Header(description="The contract that the sender was built for: `2026-11`.")]


@router.post("", status_code=202, summary="Post events; answered after they are durable")
async def post_events(
    request: Request,
    caller: PlatformCaller,
    services: ServicesDep,
    dry_run: DryRun = False,
    idempotency_key: IdempotencyKey = None,
    kawal_backfill: Backfill = None,
    kawal_schema: SchemaDate = None,
) -> JSONResponse:
    """One event, an array, or NDJSON. One bad event never spoils the rest."""
    _refuse_unknown_schema(kawal_schema)
    post = Post(
        body=await request.body(),
        media_type=request.headers.get("content-type", ""),
        content_encoding=request.headers.get("content-encoding", ""),
        idempotency_key=idempotency_key,
        backfill=(kawal_backfill or "false").lower() != "false",
        dry_run=dry_run,
    )
    door: Door = request.app.state.door
    answer = await run_sync(door.accept, post, sender_of(caller), services.clock())
    return _answered(answer, caller, request)


def sender_of(caller: Caller) -> Sender:
    """For whom the caller speaks."""
    if not caller.platforms:
        raise Problem("forbidden", "The key lists no platform, so it cannot post events.")
    return Sender(caller.key_id, caller.platforms, _SANDBOX if caller.sandbox else "")


def _refuse_unknown_schema(schema: str | None) -> None:
    if schema not in (None, EVENT_SCHEMA_VERSION):
        raise Problem(
            "request-not-valid",
            "One or more fields are not valid.",
            errors=[{"field": "header.Kawal-Schema", "problem": f"this service speaks {EVENT_SCHEMA_VERSION}"}],
        )


def _answered(answer: Answer, caller: Caller, request: Request) -> JSONResponse:
    receipt = answer.receipt
    if not answer.repeated and not answer.dry_run:
        metrics = services_of(request).metrics
        metrics.events_accepted.labels(caller.platforms[0]).inc(receipt["accepted"])
        metrics.events_rejected.labels(caller.platforms[0]).inc(len(receipt["rejected"]))
    if receipt["accepted"]:
        return JSONResponse(receipt, status_code=200 if answer.dry_run else 202)
    # a refusal that was stored: its receipt travels as members of the problem
    foreign = all(one["problem"] == OTHER_PLATFORM for one in receipt["rejected"])
    slug, detail = ("other-platform", OTHER_DETAIL) if foreign else ("nothing-accepted", NOTHING_DETAIL)
    return problem_response(Problem(slug, detail, **receipt), request_id_of(request))
