"""How does an exception become an answer? Every one of them as application/problem+json, 404, 405, 422 and 500 too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from app.api.problems import Problem, problem_response
from app.api.request_id import request_id_of
from app.intake.refusal import Refused
from app.log.port import LogFull, LogNotWritable
from app.observe.logs import get_logger
from app.store.audit import AuditNotWritable

RETRY_AFTER: Final = {"Retry-After": "5"}
_BY_STATUS: Final = {
    400: "bad-request",
    401: "not-authenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    415: "media-type-not-supported",
}
log = get_logger(__name__)


def install(app: FastAPI) -> None:
    """Register the handlers; the most special class wins."""
    app.add_exception_handler(Problem, _answer)
    app.add_exception_handler(Refused, _answer)
    app.add_exception_handler(HTTPException, _answer)
    app.add_exception_handler(RequestValidationError, _answer)
    app.add_exception_handler(LogFull, _answer)
    app.add_exception_handler(LogNotWritable, _answer)
    app.add_exception_handler(AuditNotWritable, _answer)
    app.add_exception_handler(Exception, _unknown)


async def _answer(request: Request, error: Exception) -> Response:
    return problem_response(problem_of(error, request), request_id_of(request))


async def _unknown(request: Request, error: Exception) -> Response:
    # the message may hold data of a platform: it goes to the log, never to the caller
    log.error("request failed", path=request.url.path, error=type(error).__name__, exc_info=error)
    return await _answer(request, error)


def problem_of(error: Exception, request: Request) -> Problem:
    """The problem that an exception means."""
    match error:
        case Problem():
            return error
        case Refused():
            return Problem(error.slug, error.detail, **error.members)
        case RequestValidationError():
            return Problem("request-not-valid", "One or more fields are not valid.", errors=field_errors(error.errors()))
        case LogFull():
            return Problem("log-full", "The log would run out of room before it is read.", headers=RETRY_AFTER)
        case LogNotWritable():
            return Problem("not-writable", "The log cannot be written at the moment.", headers=RETRY_AFTER)
        case AuditNotWritable():
            return Problem("not-writable", "The audit trail cannot be written at the moment.", headers=RETRY_AFTER)
        case HTTPException():
            return _http_problem(error, request)
        case _:
            return Problem("internal", "An unexpected error occurred; it was logged under this request_id.")


def _http_problem(error: HTTPException, request: Request) -> Problem:
    detail = str(error.detail)
    if error.status_code in (404, 405):
        detail = f"{request.method} {request.url.path} is not offered here."
    slug = _BY_STATUS.get(error.status_code, "http-error")
    return Problem(slug, detail, headers=error.headers, status=error.status_code)


def field_errors(errors: Sequence[Any]) -> list[dict[str, str]]:
    """Field and problem of each validation error, without the input: it may hold secrets."""
    return [{"field": ".".join(str(part) for part in e["loc"]), "problem": str(e["msg"])} for e in errors]
