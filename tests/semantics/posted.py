"""What does the door make of events? Rows as they would enter the log, without a log."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from app.domain.events import key_expr
from app.domain.time import PANE_US
from app.intake.rules import Stamp
from app.intake.sender import Sender
from app.intake.validate import Batch, validate
from tests.windows.rows import us

USUAL = {"session_id": "s", "seller_id": "a", "product_id": "x", "category_id": "c", "currency": "IDR"}


def event(kind: str, at: str, event_id: str, **fields: Any) -> dict[str, Any]:
    """An event of the evening (2026-06-12 18:00 in Jakarta): `at` is minutes:seconds."""
    told = {"type": kind, "event_id": event_id, "occurred_at": f"2026-06-12T18:{at}+07:00"}
    return told | (USUAL if kind in ("price", "sale", "sale_changed") else {"session_id": "s"}) | fields


def post(events: list[dict[str, Any]], *platforms: str, prefix: str = "") -> Batch:
    body = "\n".join(json.dumps(e) for e in events).encode()
    sender = Sender("k_1", platforms or ("p",), prefix)
    return validate(body, "application/x-ndjson", Stamp(sender, us(7200), 300_000_000))


def in_panes(batch: Batch) -> pl.DataFrame:
    """The batch's rows with key and pane."""
    return batch.rows.with_columns(key_expr(), (pl.col("occurred_us") // PANE_US).alias("pane"))
