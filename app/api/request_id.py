"""Which request was it? Every request gets an id that stands in the answer's header, in problems and in log lines."""

from __future__ import annotations

import re
import secrets
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import REQUEST_ID
from app.observe.logs import request_id as current

_SAFE: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")


class RequestId:
    """Pure ASGI, because context variables set under BaseHTTPMiddleware are lost."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the caller's id if it is harmless, else make one; nothing durable is named after it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID, "")
        request_id = given if _SAFE.fullmatch(given) else f"q_{secrets.token_hex(8)}"
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[REQUEST_ID] = request_id
            await send(message)

        token = current.set(request_id)
        try:
            await self.app(scope, receive, send_named)
        finally:
            current.reset(token)


def request_id_of(connection: HTTPConnection) -> str:
    """The id of the request that is being answered."""
    return str(getattr(connection.state, "request_id", ""))
