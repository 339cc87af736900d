"""How large may a body be? Counted as it arrives, so that a chunked body cannot hide its size; judged after the key was."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import Problem


class BodyLimit:
    """Refuses at the first read, not at the request line: 401 comes before 413.

    Starlette's own limiter answers plain text and overrides a 401, therefore this one.
    """

    def __init__(self, app: ASGIApp, default: int, paths: Mapping[str, int]) -> None:
        self.app = app
        self.default = default
        self.paths = dict(paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wrap `receive` with a counter."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self.paths.get(scope["path"], self.default)
        length = Headers(scope=scope).get("content-length", "")
        declared = int(length) if length.isascii() and length.isdigit() else 0
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            if declared > limit:
                raise too_large(limit)
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise too_large(limit)
            return message

        await self.app(scope, counted, send)


def too_large(limit: int) -> Problem:
    """The 413 that names the limit."""
    return Problem("too-large", f"The body is larger than {limit} bytes.", limit={"body_bytes": limit})
