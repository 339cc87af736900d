"""An evening of losses on a rig: two products sold under their documented cost, minute by minute, closed by heartbeats."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from app.domain.snapshot import COSTS_SCHEMA, SELLERS_SCHEMA
from tests.property.rig import MINUTE, SECOND, Event, Rig, at
from tests.semantics.stage import beat, sale
from tests.worker.line import table

BEGIN: Final = at(1, 20)
COST: Final = 45_000
LOSS: Final = 38_000
FREE: Final = {"platform_discount_total": 0, "seller_voucher_total": 0}


def papers(*products: str, lo: int = COST) -> dict[str, Any]:
    """Documented costs of toko-1's products and its known size, for Rig.configure."""
    seller = {"platform": "tiktok", "seller_id": "toko-1"}
    paper = {"currency": "IDR", "tier": "T1", "cost_lo": lo, "cost_hi": lo, "valid_from_us": 0, "source": "sha256:" + "ab" * 32}
    costs = table(COSTS_SCHEMA, *({**seller, "product_id": p, **paper} for p in products))
    size = {"size_class": "large", "size_status": "known", "size_source": "OSS", "size_dated": "2026-01-31"}
    return {"costs": costs, "sellers": table(SELLERS_SCHEMA, {**seller, **size})}


def loss(minute: int, product: str = "p-1", **changes: Any) -> Event:
    told = {"product_id": product, "price": LOSS} | FREE | changes
    return sale(f"{product}-{minute}", BEGIN + minute * MINUTE + 5 * SECOND, **told)


def sold(rig: Rig, minutes: range, *products: str, step: int = 1) -> list[Event]:
    """A loss of every product in every minute, each `step` minutes posted and closed together; what was posted."""
    posted: list[Event] = []
    for minute in minutes[::step]:
        end = minute + step
        events = [loss(m, p) for m in range(minute, end) for p in products or ("p-1",)]
        closes = BEGIN + end * MINUTE
        rig.post([*events, beat(f"h-{end}", closes)], at_us=closes)
        posted += events
    return posted


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def root_of(leaves: list[str]) -> str:
    """The Merkle root by its words: two neighbours' hex digests are hashed together, a last one without neighbour moves up."""
    if len(leaves) == 1:
        return leaves[0]
    pairs = [leaves[i : i + 2] for i in range(0, len(leaves), 2)]
    return root_of([sha("".join(pair).encode()) if len(pair) == 2 else pair[0] for pair in pairs])


def frozen(rig: Rig) -> list[dict[str, Any]]:
    """Every frozen version, oldest first per finding: finding_id, version, sha256, text, body."""
    rows = rig.one("select finding_id, version, sha256, body from finding_version order by finding_id, version")
    return [{"finding_id": f, "version": v, "sha256": s, "text": t, "body": json.loads(t)} for f, v, s, t in rows]


def segment_bodies(rig: Rig) -> dict[str, bytes]:
    """sha256 -> bytes of every stored segment."""
    return {name: bytes(body) for name, body in rig.one("select sha256, body from evidence")}
