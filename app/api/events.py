"""How do events come in? POST /v1/events: authenticate, limit, inflate, parse, validate, append, answer."""

from __future__ import annotations

from typing import Annotated, Any, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import JSONResponse

from app.api.auth import Caller, PlatformCaller, sandboxed
from app.api.metrics import Metrics
from app.api.problems import MEDIA_TYPE, Problem, problem_body
from app.api.request_id import request_id_of
from app.api.services import ServicesDep
from app.intake.accept import Answer, Door, Post
from app.intake.sender import Sender

router: Final = APIRouter(prefix="/v1/events", tags=["events"])
_SANDBOX: Final = sandboxed("")


@router.post("", status_code=202, summary="Post events; answered after they are durable")
async def post_events(
    request: Request,
    caller: PlatformCaller,
    services: ServicesDep,
    dry_run: Annotated[bool, Query(description="Validate only; nothing is stored.")] = False,
    idempotency_key: Annotated[str | None, Header(max_length=200, description="Names this request for 24 h. Default: hash of body and key.")] = None,
    kawal_backfill: Annotated[str | None, Header(description="Not supported yet: refused, so that nothing is lost silently.")] = None,
    kawal_schema: Annotated[str | None, Header(description="The contract that the sender was built for, `2026-11`.")] = None,
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
    answer = await run_sync(Door.of(services).accept, post, sender_of(caller), services.clock())
    return _answered(answer, request)


def sender_of(caller: Caller) -> Sender:
    """For whom the caller speaks."""
    if not caller.platforms:
        raise Problem("forbidden", "The key lists no platform, so it cannot post events.")
    return Sender(caller.key_id, caller.platforms, _SANDBOX if caller.sandbox else "")


def _refuse_unknown_schema(schema: str | None) -> None:
    from app.domain.events import EVENT_SCHEMA_VERSION

    if schema not in (None, EVENT_SCHEMA_VERSION):
        raise Problem("request-not-valid", "One or more fields are not valid.", errors=[
            {"field": "header.Kawal-Schema", "problem": f"this service speaks {EVENT_SCHEMA_VERSION}"}
        ])


def _answered(answer: Answer, request: Request) -> JSONResponse:
    receipt = answer.receipt
    metrics: Metrics = request.app.state.metrics
    if not answer.repeated and not answer.dry_run:
        metrics.events.labels("accepted").inc(receipt["accepted"])
        metrics.events.labels("rejected").inc(len(receipt["rejected"]))
    if receipt["accepted"] or answer.dry_run:
        return JSONResponse(receipt, status_code=200 if answer.dry_run else 202)
    return JSONResponse(_nothing(receipt, request_id_of(request)), status_code=answer.status, media_type=MEDIA_TYPE)


def _nothing(receipt: dict[str, Any], request_id: str) -> dict[str, Any]:
    raise NotImplementedError
