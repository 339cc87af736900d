"""What proves a finding? Canonical events in content-addressed segments per minute, under a Merkle root (SEMANTICS F1)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

import polars as pl

from app.domain.canonical import canonical_bytes
from app.domain.events import CONTENT_COLUMNS
from app.domain.time import MINUTE_US


@dataclass(frozen=True, slots=True)
class Segment:
    """The events of one key in one minute, as NDJSON of canonical bytes."""

    key: str
    minute_us: int
    sha256: str
    body: bytes


EMPTY_ROOT: Final = hashlib.sha256(b"").hexdigest()


def segments(rows: pl.DataFrame) -> list[Segment]:
    """Segments of the rows (ROW_SCHEMA + key): one event per line, sorted by (occurred_us, event_id), no event twice."""
    cut = (
        rows.unique(CONTENT_COLUMNS)
        .sort("occurred_us", "posting_platform", "event_id")
        .with_columns(((pl.col("occurred_us") // MINUTE_US) * MINUTE_US).alias("minute_us"))
    )
    found: list[Segment] = []
    for part in cut.partition_by("key", "minute_us", maintain_order=True):
        lines = [
            canonical_bytes({k: v for k, v in row.items() if v is not None}) for row in part.select(CONTENT_COLUMNS).iter_rows(named=True)
        ]
        body = b"\n".join(lines) + b"\n"
        found.append(Segment(str(part["key"][0]), int(part["minute_us"][0]), hashlib.sha256(body).hexdigest(), body))
    return found


def merkle_root(leaves: list[str]) -> str:
    """Root over segment hashes in order: sha256(left || right) of hex digests, an odd last one moves up unchanged."""
    if not leaves:
        return EMPTY_ROOT
    level = list(leaves)
    while len(level) > 1:
        paired = [
            hashlib.sha256((level[i] + level[i + 1]).encode()).hexdigest() if i + 1 < len(level) else level[i]
            for i in range(0, len(level), 2)
        ]
        level = paired
    return level[0]
