"""How are events posted? As NDJSON under a content-made Idempotency-Key, tried again until the answer is sure."""

from __future__ import annotations

import gzip as gz
import hashlib
import json
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

import httpx2

from app.client.failure import NoAnswer, ServiceRefused
from app.client.moments import micros
from app.client.receipt import Receipt, receipt_of
from app.client.wire import Wire
from app.domain.events import EVENT_SCHEMA_VERSION
from app.domain.time import iso

NOTHING_ACCEPTED: Final = "nothing-accepted"
_LEVEL: Final = 1


class Sender:
    """One key's sender over one connection: it orders its own batches, so use it from one thread. Use it in a `with`.

    url: of the service, `http://127.0.0.1:8000`. key: `kwl_...`. timeout: seconds of one try. patience: most seconds of waiting
    between the tries of one request. transport, sleep: seams for tests.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        timeout: float = 30.0,
        patience: float = 300.0,
        transport: httpx2.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._wire = Wire(url, key, timeout=timeout, patience=patience, transport=transport, sleep=sleep)
        self._mark = hashlib.sha256(key.encode()).hexdigest()[:8]

    def send(self, lines: bytes, *, gzip: bool = True) -> Receipt:
        """Post NDJSON lines; returns once they are durable. Nothing accepted is a receipt too; raises ServiceRefused, NoAnswer."""
        # no time in the gzip header: equal lines are equal bytes, so that a repeat is known as one
        body = gz.compress(lines, _LEVEL, mtime=0) if gzip else lines
        headers = {
            "Content-Type": "application/x-ndjson",
            "Idempotency-Key": hashlib.sha256(body).hexdigest(),
            "Kawal-Schema": EVENT_SCHEMA_VERSION,
        }
        if gzip:
            headers["Content-Encoding"] = "gzip"
        try:
            return _receipt(self._wire.ask("POST", "/v1/events", body=body, headers=headers))
        except ServiceRefused as refused:
            if refused.slug == NOTHING_ACCEPTED and "receipt_id" in refused.problem:
                return _receipt(refused.problem)
            raise

    def heartbeat(self, occurred_at: datetime) -> Receipt:
        """Say that all that this key has up to `occurred_at` (with a zone) is sent: panes close up to it without waiting (C4)."""
        us = micros(occurred_at)
        # the id names the key too: equal ids of two senders would be one event, and the second would never have spoken
        event = {"type": "heartbeat", "event_id": f"heartbeat-{self._mark}-{us}", "occurred_at": iso(us)}
        return self.send(json.dumps(event).encode(), gzip=False)

    def receipt(self, receipt_id: str) -> Receipt:
        """A receipt of this key, with how far the detector is: `pending` 0 means that all is known."""
        return _receipt(self._wire.ask("GET", f"/v1/receipts/{quote(receipt_id, safe='')}"))

    def close(self) -> None:
        """Close the connection."""
        self._wire.close()

    def __enter__(self) -> Sender:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _receipt(body: dict[str, Any]) -> Receipt:
    try:
        return receipt_of(body)
    except (KeyError, TypeError, ValueError) as error:
        raise NoAnswer(f"the answer is no receipt ({type(error).__name__}: {error})") from error
