"""What stands in for the service? Events, files and a transport that answers as the door does and remembers every request."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2

from app.domain.time import MINUTE_US, iso

BASE_US = 1_794_402_000_000_000  # 2026-11-11T20:00:00+07:00
KEY = "kwl_test"
URL = "http://127.0.0.1:9"
Event = dict[str, Any]


def at(minutes: float) -> str:
    return iso(BASE_US + round(minutes * MINUTE_US))


def price(event_id: str, minutes: float, **changes: Any) -> Event:
    pair = {"session_id": "s-1", "seller_id": "toko-1", "product_id": "p-1", "currency": "IDR", "price": 45000}
    return {"type": "price", "event_id": event_id, "occurred_at": at(minutes), **pair, **changes}


def sale(event_id: str, minutes: float, **changes: Any) -> Event:
    return {**price(event_id, minutes, quantity=1, **changes), "type": "sale"}


def ended(event_id: str, minutes: float, session: str = "s-1") -> Event:
    return {"type": "session_ended", "event_id": event_id, "occurred_at": at(minutes), "session_id": session}


def ndjson(path: Path, events: list[Event]) -> Path:
    path.write_text("".join(json.dumps(event) + "\n" for event in events))
    return path


class FakeDoor(httpx2.MockTransport):
    """Accepts everything, once per Idempotency-Key; `faults` are tried first, one per request, None for none."""

    def __init__(self, *faults: Callable[[httpx2.Request], httpx2.Response] | httpx2.Response | Exception | None) -> None:
        super().__init__(self._answer)
        self.faults = list(faults)
        self.requests: list[httpx2.Request] = []
        self.bodies: dict[str, list[Event]] = {}
        self.order: list[str] = []

    @property
    def events(self) -> list[Event]:
        """What was accepted, in order, each request once."""
        return [event for key in self.order for event in self.bodies[key]]

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, BaseException):
            raise fault
        if isinstance(fault, httpx2.Response):
            return fault
        return fault(request) if fault is not None else self.take(request)

    def take(self, request: httpx2.Request) -> httpx2.Response:
        key = request.headers["idempotency-key"]
        assert key == hashlib.sha256(request.content).hexdigest()
        packed = request.headers.get("content-encoding") == "gzip"
        lines = (gzip.decompress(request.content) if packed else request.content).splitlines()
        repeated = key in self.bodies
        if not repeated:
            self.order.append(key)
            self.bodies[key] = [json.loads(line) for line in lines]
        body = {"receipt_id": f"r_{key[:6]}", "accepted": len(lines), "rejected": [], "unknown_fields": {}, "notes": []}
        return httpx2.Response(202, json={**body, **({"repeated": True} if repeated else {})})


def problem(status: int, slug: str, headers: dict[str, str] | None = None, **members: Any) -> httpx2.Response:
    return httpx2.Response(
        status, json={"type": f"/problems/{slug}", "title": slug, "status": status, "detail": "why", **members}, headers=headers
    )
