"""What does a reader see of a session? Its row in the partition that owns it, row and late counts from every partition (D1)."""

from __future__ import annotations

from typing import Any

import polars as pl

from app.domain.events import CONTEXT_TYPES, ROW_SCHEMA, SESSION
from app.domain.identity import partition_of, session_key
from app.domain.snapshot import Snapshot
from app.domain.time import DAY_US, day_number, seal_us
from app.windows.carry import SESSIONS_SCHEMA, with_sessions
from app.worker.carrying import to_bytes
from app.worker.partition import Partition, Taken


def session_rows(partition: Partition, taken: Taken, partitions: int) -> dict[str, list[dict[str, Any]]]:
    """Upserts for `session` and `session_part` from the rows just taken in."""
    counted = pl.concat(taken.counted)
    late = pl.concat(taken.late)
    parts = _parts(partition, counted, late)
    context = counted.filter(pl.col("type").is_in(CONTEXT_TYPES))
    told = with_sessions(pl.DataFrame(schema=SESSIONS_SCHEMA), context)
    rows = []
    for row in told.iter_rows(named=True):
        if partition_of(session_key(row["platform"], row["session_id"]), partitions) == partition.number:
            rows.append({k: v for k, v in row.items() if v is not None and k not in {"first_us", "last_us"}})
    seen = [{"platform": p["platform"], "session_id": p["session_id"]} for p in parts]
    return {"session": seen + rows, "session_part": parts}


def _parts(partition: Partition, counted: pl.DataFrame, late: pl.DataFrame) -> list[dict[str, Any]]:
    own = ~pl.col("copy").fill_null(value=False)
    both = pl.concat(
        [
            counted.filter(own & pl.col("session_id").is_not_null()).select(*SESSION, "occurred_us", pl.lit(0).alias("late")),
            late.filter(own & pl.col("session_id").is_not_null()).select(*SESSION, "occurred_us", pl.lit(1).alias("late")),
        ]
    )
    news = both.group_by(SESSION).agg(
        pl.len().alias("rows"), pl.col("late").sum(), pl.col("occurred_us").min().alias("first"), pl.col("occurred_us").max().alias("last")
    )
    changed = []
    for platform, session, rows, late_count, first, last in news.sort(SESSION).iter_rows():
        kept = partition.sessions.setdefault((platform, session), [0, 0, first, last])
        kept[:] = [kept[0] + rows, kept[1] + late_count, min(kept[2], first), max(kept[3], last)]
        changed.append(
            {"platform": platform, "session_id": session, "partition": partition.number}
            | dict(zip(("rows", "late", "first_us", "last_us"), kept, strict=True))
        )
    _forget(partition)
    return changed


def _forget(partition: Partition) -> None:
    """Counts of sessions two days behind are read back from the store should a row ever come."""
    newest = max((k[3] for k in partition.sessions.values()), default=0)
    if len(partition.sessions) > 10_000:
        partition.sessions = {s: k for s, k in partition.sessions.items() if k[3] > newest - 2 * DAY_US}


def late_rows(frames: list[pl.DataFrame], snapshot: Snapshot) -> list[dict[str, Any]]:
    """Rows of `late_row`: kept aside until their day is sealed (C3).

    What comes after the partition's watermark has passed 02:00 comes after the seal, however soon the seal itself is made (D3).
    """
    found = []
    for frame in frames:
        for index, row in enumerate(
            frame.select("platform", "posting_platform", "event_id", "occurred_us", "pos", "watermark_us").iter_rows(named=True)
        ):
            offset = snapshot.rule(row["platform"]).day_offset_us
            if row["watermark_us"] >= seal_us(day_number(row["occurred_us"], offset), offset):
                continue
            found.append(
                {c: row[c] for c in ("platform", "posting_platform", "event_id", "pos")}
                | {
                    "day": day_number(row["occurred_us"], offset),
                    "partition": -1,
                    "body": to_bytes(frame.slice(index, 1).select(*ROW_SCHEMA)),
                }
            )
    return found
