"""Where are the events behind a finding? Read back from the log, up to the judged pane (SEMANTICS F1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from app.domain.events import PAIR, ROW_SCHEMA, key_expr
from app.domain.time import MINUTE_US, pane_end_us
from app.findings.evidence import Segment, segments
from app.log.port import EventLog
from app.log.record import read_header, unpack
from app.worker.firing import Told
from app.worker.marks import marked

REACH_US: Final = 5 * MINUTE_US
"""The longest window whose figures open a finding below cost."""
SCAN_BYTES: Final = 8_000_000


def collect(log: EventLog, partition: int, told: Told, marks: Mapping[int, str | None]) -> list[Segment]:
    """Segments of the pair's own events in the windows of its spells so far; nothing after the judged pane.

    marks: of the records taken in so far. Late rows were in no window and stay out, else the root would tell when the log was read (D3).
    """
    spell = told.state
    begin = int(spell.spans[0][0] or 0) - REACH_US if spell.spans else told.final["end_us"] - REACH_US
    end = pane_end_us(int(told.final["pane"]))
    pair = pl.DataFrame([{c: told.final[c] for c in PAIR}])
    frames = [pl.DataFrame(schema=ROW_SCHEMA | {"key": pl.String()})]
    pos, upper = spell.first_pos or 0, max(marks, default=-1) + 1
    while pos < upper:
        records = log.read(partition, pos, SCAN_BYTES)
        if not records:
            break
        pos = records[-1].pos + 1
        for record in records:
            header = read_header(record.body)
            if header.kind != "rows" or header.max_us is None or header.max_us < begin or (header.min_us or 0) >= end:
                continue
            if record.pos in marks and (rows := unpack(record.body).rows) is not None:
                frames.append(_of_pair(marked(rows, marks[record.pos]), pair, begin, end))
    return segments(pl.concat(frames))


def _of_pair(rows: pl.DataFrame, pair: pl.DataFrame, begin: int, end: int) -> pl.DataFrame:
    mine = rows.with_columns(key_expr()).join(pair, on=PAIR, how="semi", maintain_order="left")
    punctual = (pl.col("occurred_us") >= pl.col("watermark_us")).fill_null(value=True)
    return mine.filter(pl.col("occurred_us").is_between(begin, end, closed="left") & punctual).select(*ROW_SCHEMA, "key")
