"""What does an error look like? RFC 9457 bodies whose `type` resolves under /problems/{slug}."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi.responses import JSONResponse

MEDIA_TYPE: Final = "application/problem+json"
REQUEST_ID: Final = "X-Request-Id"


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of problem: a stable slug, the status that it answers with, a title, and what to do about it."""

    slug: str
    status: int
    title: str
    advice: str


_TABLE: Final = (
    Kind("not-json", 400, "The body is not JSON", "Send one event, an array, or one event per line (NDJSON), in UTF-8."),
    Kind("encoding-not-valid", 400, "The body cannot be inflated", "Content-Encoding says gzip; send a complete gzip stream."),
    Kind("cursor-not-valid", 400, "The cursor is not valid", "Pass a cursor as given, with the same filters, or leave it out."),
    Kind("bad-request", 400, "The request cannot be read", "See `detail`."),
    Kind("not-authenticated", 401, "No valid key", "Send `Authorization: Bearer kwl_...` with a key made by `kawal keys create`."),
    Kind("key-revoked", 401, "The key was revoked", "Ask an admin for a new key; revoked keys never work again."),
    Kind("forbidden", 403, "The key may not do this", "Use a key whose role is listed in `roles`."),
    Kind("other-platform", 403, "Another platform's data", "A key speaks only for the platforms that it lists."),
    Kind("not-found", 404, "Not found", "Nothing of that name is visible to this key."),
    Kind("method-not-allowed", 405, "Method not allowed", "See the `Allow` header."),
    Kind("conflict", 409, "The command does not fit the present state", "See `detail`."),
    Kind("too-large", 413, "The request is too large", "Send fewer events at once; `limit` names what was passed."),
    Kind("media-type-not-supported", 415, "Media type or encoding not supported", "`supported` names what is."),
    Kind("request-not-valid", 422, "The request is not valid", "`errors` names each field and its problem."),
    Kind("nothing-accepted", 422, "No event was accepted", "`rejected` names field and problem of each event; mend them and send again."),
    Kind("idempotency-key-reused", 422, "The Idempotency-Key named another body", "Use a new Idempotency-Key for every new body."),
    Kind("backfill-not-supported", 422, "Backfill is not supported yet", "Leave the header `Kawal-Backfill` out; nothing was stored."),
    Kind("log-full", 429, "The log has no room", "Send again after `Retry-After` seconds; nothing was stored."),
    Kind("internal", 500, "The service failed", "Quote `request_id` to the operators. Sending again is safe."),
    Kind("not-writable", 503, "The service cannot write", "Send again after `Retry-After` seconds; repeats are recognised."),
    Kind("not-ready", 503, "The service is not ready", "`checks` names what is missing."),
    Kind("http-error", 500, "The request failed", "See `status` and `detail`."),
)
KINDS: Final[Mapping[str, Kind]] = {kind.slug: kind for kind in _TABLE}


class Problem(Exception):
    """A refusal that already knows its answer. `members` are extension members of the body."""

    def __init__(
        self, slug: str, detail: str, *, headers: Mapping[str, str] | None = None, status: int | None = None, **members: Any
    ) -> None:
        super().__init__(detail)
        self.kind = KINDS[slug]
        self.status = status or self.kind.status
        self.detail = detail
        self.headers = dict(headers or {})
        self.members = members


def problem_body(problem: Problem, request_id: str) -> dict[str, Any]:
    """The JSON of a problem."""
    return {
        "type": f"/problems/{problem.kind.slug}",
        "title": problem.kind.title,
        "status": problem.status,
        "detail": problem.detail,
        "request_id": request_id,
        **problem.members,
    }


def problem_response(problem: Problem, request_id: str) -> JSONResponse:
    """The answer that carries a problem; the id is set here too, because a 500 is answered outside the middleware."""
    body = problem_body(problem, request_id)
    return JSONResponse(body, status_code=problem.status, headers={**problem.headers, REQUEST_ID: request_id}, media_type=MEDIA_TYPE)
