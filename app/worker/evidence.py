"""Where are the events behind a finding? Read back from the log, up to the judged pane (SEMANTICS F1)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from app.domain.events import PAIR, ROW_SCHEMA
from app.domain.time import MINUTE_US, pane_end_us
from app.findings.evidence import Segment, segments
from app.log.port import EventLog, Record
from app.log.record import CorruptRecord, read_header
from app.windows.admission import IDENTITY, admit
from app.windows.prices import HOLD_US
from app.worker.firing import Told
from app.worker.marks import marked
from app.worker.platform_state import OPEN_SCHEMA
from app.worker.reading import decode

REACH_US: Final = 5 * MINUTE_US
"""The longest window whose figures open a finding below cost."""
SCAN_BYTES: Final = 8_000_000
KEPT_RECORDS: Final = 32


class EvidenceReader:
    """Reads one partition's log back; records decoded lately are kept, since spells that close together share them."""

    def __init__(self, log: EventLog, partition: int) -> None:
        self._log, self._partition = log, partition
        self._decoded: OrderedDict[int, pl.DataFrame] = OrderedDict()

    def collect(self, told: Told, marks: Mapping[int, str | None]) -> list[Segment]:
        """Segments of the pair's own events in the windows of its spells so far; nothing after the judged pane.

        Prices reach fifteen minutes further back than sales: one shown then may still say who paid for a discount (B2, B6).

        marks: of the records taken in so far. Late rows and reused ids were in no window and stay out, else the root would tell
        when the log was read (D3).
        """
        spell = told.state
        begin = int(spell.spans[0][0] or 0) - REACH_US if spell.spans else told.final["end_us"] - REACH_US
        end = pane_end_us(int(told.final["pane"]))
        rows = pl.concat([pl.DataFrame(schema=OPEN_SCHEMA), *self._near(spell.first_pos or 0, begin - HOLD_US, end, marks)])
        pair = pl.DataFrame([{c: told.final[c] for c in PAIR}])
        ids = rows.join(pair, on=PAIR, how="semi").select(IDENTITY).unique()
        rows = rows.join(ids, on=IDENTITY, how="semi", maintain_order="left")
        at = pl.col("occurred_us")
        inside = (at >= begin) | ((pl.col("type") == "price") & (at >= begin - HOLD_US))
        counted = admit(rows, rows.clear()).open_rows.filter(inside & (at < end))
        return segments(counted.join(pair, on=PAIR, how="semi", maintain_order="left").select(*ROW_SCHEMA, "key"))

    def _near(self, pos: int, begin: int, end: int, marks: Mapping[int, str | None]) -> Iterator[pl.DataFrame]:
        upper = max(marks, default=-1) + 1
        while pos < upper:
            records = self._log.read(self._partition, pos, SCAN_BYTES)
            if not records:
                return
            pos = records[-1].pos + 1
            for record in records:
                if record.pos in marks and _overlaps(record, begin, end):
                    yield self._rows(record, marks[record.pos])

    def _rows(self, record: Record, mark: str | None) -> pl.DataFrame:
        rows = self._decoded.pop(record.pos, None)
        if rows is None:
            rows = marked(next(decode([record], set(), _listed_before)).rows, mark)
        self._decoded[record.pos] = rows
        if len(self._decoded) > KEPT_RECORDS:
            self._decoded.popitem(last=False)
        return rows


def _overlaps(record: Record, begin: int, end: int) -> bool:
    try:
        header = read_header(record.body)
    except CorruptRecord:
        return False
    return header.kind == "rows" and header.max_us is not None and header.max_us >= begin and (header.min_us or 0) < end


def _listed_before(*_: Any) -> None:
    """Rows that failed before fail again; they are listed already."""
