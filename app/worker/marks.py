"""What was the watermark before a record? Kept with the record's counts, so that the same rows are late whoever asks (C3)."""

from __future__ import annotations

import json

import polars as pl
from sqlalchemy import Connection, select

from app.store import tables


def marks_from(connection: Connection, partition: int, pos: int) -> dict[int, str | None]:
    """pos -> JSON of platform -> watermark before the record, for the partition's records from `pos` on."""
    count = tables.record_count
    query = select(count.c.pos, count.c.marks).where(count.c.partition == partition, count.c.pos >= pos)
    return {row.pos: row.marks for row in connection.execute(query)}


def marked(rows: pl.DataFrame, marks: str | None) -> pl.DataFrame:
    """The rows of one record with their platform's watermark before it."""
    before: dict[str, int] = json.loads(marks) if marks else {}
    mark = pl.col("platform").replace_strict(before, default=None, return_dtype=pl.Int64()) if before else pl.lit(None, pl.Int64)
    return rows.with_columns(mark.alias("watermark_us"))
