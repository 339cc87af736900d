"""How busy is the door? Requests by route (rate, errors, duration) and events by fate, for Prometheus."""

from __future__ import annotations

from time import perf_counter
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS: Final = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """A registry per application, so that two in one process (tests) do not meet."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter("kawal_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry)
        self.seconds = Histogram("kawal_request_seconds", "Time to answer.", ("route",), buckets=_BUCKETS, registry=self.registry)
        self.events = Counter("kawal_events", "Events at the door.", ("fate",), registry=self.registry)

    def text(self) -> bytes:
        """The exposition."""
        return generate_latest(self.registry)


class Observed:
    """Counts every request under its route's template; an unknown path is one label, or scanners would fill the memory."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Time the request."""
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
            route = str(getattr(scope.get("route"), "path", "unmatched"))
            self.metrics.requests.labels(scope["method"], route, str(status)).inc()
            self.metrics.seconds.labels(route).observe(perf_counter() - began)
