"""Who is counted, duplicate, reused or late? Admission in any slices against one row at a time (SEMANTICS A2, C3)."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.time import PANE_US
from app.windows.admission import COUNTED, DUPLICATE, IDENTITY, LATE, REUSED, admit, stamp
from tests.windows.rows import Row, frame, sale

CONTENTS = ("a", "b")


@dataclass
class Log:
    """Rows in log order with the watermark before each one's record."""

    rows: list[Row] = field(default_factory=list)
    marks: list[int | None] = field(default_factory=list)
    records: list[int] = field(default_factory=list)


@st.composite
def logs(draw: st.DrawFn) -> Log:
    log, mark = Log(), None
    for pos in range(draw(st.integers(1, 8))):
        for _ in range(draw(st.integers(1, 3))):
            seconds, content = draw(st.integers(0, 8)) * 7, draw(st.sampled_from(CONTENTS))
            who = draw(st.sampled_from(["p", "p", "q"]))
            row = sale(seconds, 100, event_id=draw(st.sampled_from("123")), order_id=content, posting_platform=who)
            log.rows.append(row)
            log.marks.append(mark)
            log.records.append(pos)
        step = draw(st.integers(0, 30)) * 1_000_000
        low = sale(0, 1)["occurred_us"]
        mark = None if mark is None and not draw(st.booleans()) else (mark or low) + step
    return log


def one_by_one(log: Log) -> list[str]:
    """The clause word by word: an open pane holds an id, with equal or with other content."""
    held: list[tuple[str, str, int, tuple[object, ...]]] = []
    fates = []
    for row, mark in zip(log.rows, log.marks, strict=True):
        content = (row["occurred_us"], row["order_id"])
        if mark is not None and row["occurred_us"] < mark:
            fates.append(LATE)
            continue
        mine = [h for h in held if h[:2] == (row["posting_platform"], row["event_id"])]
        still_open = [h for h in mine if mark is None or (h[2] + 1) * PANE_US > mark]
        if any(h[3] == content for h in still_open):
            fates.append(DUPLICATE)
        elif still_open:
            fates.append(REUSED)
        else:
            fates.append(COUNTED)
            held.append((row["posting_platform"], row["event_id"], row["occurred_us"] // PANE_US, content))
    return fates


def in_slices(log: Log, ends: set[int], *, evict: bool) -> list[str]:
    rows = stamp(frame(log.rows)).with_columns(
        pl.Series("pos", log.records, dtype=pl.Int64),
        pl.Series("row", range(len(log.rows)), dtype=pl.Int64),
        pl.Series("watermark_us", log.marks, dtype=pl.Int64),
    )
    seen, fates = rows.clear(), [""] * len(log.rows)
    bounds = sorted({*ends, max(log.records)})
    for low, high in zip([-1, *bounds], bounds, strict=False):
        part = rows.filter(pl.col("pos").is_between(low, high, closed="right"))
        fate = admit(part, seen.select(*IDENTITY, "hash", "pane"))
        for word, told in ((COUNTED, fate.open_rows), (DUPLICATE, fate.duplicates), (REUSED, fate.reused), (LATE, fate.late)):
            for number in told["row"]:
                assert fates[number] == ""
                fates[number] = word
        seen = pl.concat([seen, fate.open_rows])
        mark = part["watermark_us"].max()
        if evict and mark is not None:
            seen = seen.filter((pl.col("pane") + 1) * PANE_US > mark)
    return fates


@settings(max_examples=120)
@given(logs(), st.sets(st.integers(0, 7)), st.booleans())
def test_any_slices_tell_rows_apart_as_one_at_a_time_does(log: Log, ends: set[int], evict: bool) -> None:
    assert in_slices(log, {e for e in ends if e <= max(log.records)}, evict=evict) == one_by_one(log)


def test_a_repeat_of_a_refused_row_is_refused_again_also_in_one_slice() -> None:
    """[Called a duplicate, it would be counted once nowhere, and receipts would differ with the slice.]"""
    rows = [sale(1, 100, event_id="1", order_id=o) for o in ("a", "b", "b", "a")]
    log = Log(rows, [None] * 4, [0, 1, 2, 3])
    for ends in (set(), {0}, {1}, {0, 1, 2}):
        assert in_slices(log, ends, evict=False) == [COUNTED, REUSED, REUSED, DUPLICATE]


def test_other_content_after_the_pane_has_closed_is_not_looked_for() -> None:
    rows = [sale(1, 100, event_id="1", order_id="a"), sale(200, 100, event_id="1", order_id="b")]
    closed = (rows[0]["occurred_us"] // PANE_US + 1) * PANE_US
    assert in_slices(Log(rows, [None, closed], [0, 1]), set(), evict=False) == [COUNTED, COUNTED]
    assert in_slices(Log(rows, [None, closed - 1], [0, 1]), {0}, evict=False) == [COUNTED, REUSED]
