"""Where are the events behind a finding? Read back from the log, up to the judged pane (SEMANTICS F1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from app.domain.events import PAIR, ROW_SCHEMA
from app.domain.time import MINUTE_US, pane_end_us
from app.findings.evidence import Segment, segments
from app.log.port import EventLog, Record
from app.log.record import CorruptRecord, read_header, unpack
from app.windows.admission import admit
from app.worker.firing import Told
from app.worker.marks import marked
from app.worker.platform_state import OPEN_SCHEMA
from app.worker.reading import decode

REACH_US: Final = 5 * MINUTE_US
"""The longest window whose figures open a finding below cost."""
SCAN_BYTES: Final = 8_000_000


def collect(log: EventLog, partition: int, told: Told, marks: Mapping[int, str | None]) -> list[Segment]:
    """Segments of the pair's own events in the windows of its spells so far; nothing after the judged pane.

    marks: of the records taken in so far. Late rows and reused ids were in no window and stay out, else the root would tell when
    the log was read (D3).
    """
    spell = told.state
    begin = int(spell.spans[0][0] or 0) - REACH_US if spell.spans else told.final["end_us"] - REACH_US
    end = pane_end_us(int(told.final["pane"]))
    frames = [pl.DataFrame(schema=OPEN_SCHEMA)]
    pos, upper = spell.first_pos or 0, max(marks, default=-1) + 1
    while pos < upper:
        records = log.read(partition, pos, SCAN_BYTES)
        if not records:
            break
        pos = records[-1].pos + 1
        near = [r for r in records if r.pos in marks and _touches(r, told.final, begin, end)]
        frames.extend(marked(d.rows, marks[d.record.pos]) for d in decode(near, set(), _listed_before))
    rows = pl.concat(frames)
    counted = admit(rows, rows.clear()).open_rows.filter(pl.col("occurred_us").is_between(begin, end, closed="left"))
    pair = pl.DataFrame([{c: told.final[c] for c in PAIR}])
    return segments(counted.join(pair, on=PAIR, how="semi", maintain_order="left").select(*ROW_SCHEMA, "key"))


def _touches(record: Record, pair: Mapping[str, Any], begin: int, end: int) -> bool:
    """May the record hold rows of the pair in the span? Most do not, and need no hashing."""
    try:
        header = read_header(record.body)
        if header.kind != "rows" or header.max_us is None or header.max_us < begin or (header.min_us or 0) >= end:
            return False
        rows = unpack(record.body).rows
    except CorruptRecord:
        return False
    return rows is not None and not rows.filter(pl.all_horizontal(pl.col(c) == pair[c] for c in ("session_id", "product_id"))).is_empty()


def _listed_before(*_: Any) -> None:
    """Rows that failed before fail again; they are listed already."""
