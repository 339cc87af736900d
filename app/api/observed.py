"""How busy is the door? Every request is counted and timed under its route's template."""

from __future__ import annotations

from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.observe.metrics import Metrics


class Observed:
    """Pure ASGI. An unknown path is one label, or scanners would fill the memory."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Time the request to the end of its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = perf_counter()
        status = 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            metrics: Metrics = scope["app"].state.services.metrics
            route = str(getattr(scope.get("route"), "path", "unmatched"))
            metrics.requests.labels(scope["method"], route, str(status)).inc()
            metrics.request_seconds.labels(scope["method"], route).observe(perf_counter() - began)
