"""What does the owner of a partition hold in memory? Platform states, the slice being read, and how rows enter panes (D4)."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from app.domain.events import PAIR, PAIR_TYPES
from app.domain.snapshot import Snapshot
from app.domain.time import PANE_US
from app.log.port import Record
from app.windows.admission import IDENTITY, admit
from app.windows.watermark import PlatformClock
from app.worker.platform_state import OPEN_SCHEMA, PlatformState
from app.worker.reading import Decoded


@dataclass
class Partition:
    """State of one partition between commits."""

    number: int
    next_pos: int = 0
    platforms: dict[str, PlatformState] = field(default_factory=dict)
    skipped: set[tuple[int, int]] = field(default_factory=set)  # (pos, row) that a replay must skip again (D9)
    logged_us: int = 0
    sessions: dict[tuple[str, str], list[int]] = field(default_factory=dict)  # rows, late, first_us, last_us so far

    def platform(self, name: str) -> PlatformState:
        """The state of a platform, new at its first row."""
        return self.platforms.setdefault(name, PlatformState())

    def marks(self) -> dict[str, int]:
        """platform -> watermark, as of the records taken in so far."""
        return {p: s.clock.watermark_us for p, s in self.platforms.items() if s.clock.watermark_us is not None}

    def replay_from(self) -> int:
        """Smallest position with a row in an open pane, parked rows aside; sums of closed panes are carried (decision 001)."""
        lows = [low for s in self.platforms.values() if (low := s.open_rows.filter(pl.col("pos") >= s.parked_pos)["pos"].min()) is not None]
        return min([int(low) for low in lows] + [self.next_pos])  # type: ignore[arg-type]


@dataclass
class Taken:
    """What a run of records added: per record counts, late and reused rows, pairs touched."""

    counts: list[dict[str, Any]] = field(default_factory=list)
    late: list[pl.DataFrame] = field(default_factory=list)
    reused: list[pl.DataFrame] = field(default_factory=list)
    counted: list[pl.DataFrame] = field(default_factory=list)
    touched: list[pl.DataFrame] = field(default_factory=list)


def take_in(partition: Partition, run: list[Decoded], snapshot: Snapshot) -> Taken:
    """Let a run of records into the open panes: clocks record by record, rows of the whole run in one frame."""
    marked, marks = _clocks(partition, run, snapshot)
    rows = pl.concat([pl.DataFrame(schema=OPEN_SCHEMA), *marked])
    taken = Taken()
    seen = pl.concat([pl.DataFrame(schema=OPEN_SCHEMA), *[s.open_rows for s in partition.platforms.values()]])
    fate = admit(rows, seen.select(*IDENTITY, "hash", "pane"))
    for (platform,), part in fate.open_rows.partition_by("platform", as_dict=True, maintain_order=True).items():
        state = partition.platform(str(platform))
        state.open_rows = pl.concat([state.open_rows, part.select(*OPEN_SCHEMA)])
    partition.skipped.update(fate.reused.select("pos", "row").iter_rows())
    taken.late, taken.reused, taken.counted = [fate.late], [fate.reused], [fate.open_rows]
    taken.touched = [fate.open_rows.filter(pl.col("type").is_in(PAIR_TYPES)).select(PAIR).unique()]
    taken.counts = _counts(run, fate.open_rows, fate.duplicates, fate.late, fate.reused, marks)
    return taken


def _clocks(partition: Partition, run: list[Decoded], snapshot: Snapshot) -> tuple[list[pl.DataFrame], list[dict[str, int]]]:
    """Stamp every row with its platform's watermark after the record before; then let the record move the clocks."""
    marked, marks = [], []
    known = pl.concat([pl.DataFrame(schema=OPEN_SCHEMA), *[s.open_rows for s in partition.platforms.values()]]).select(*IDENTITY, "pane")
    for decoded in run:
        before = partition.marks()
        marks.append(before)
        rows = decoded.rows
        if not rows.is_empty():
            mark = pl.col("platform").replace_strict(before, default=None, return_dtype=pl.Int64()) if before else pl.lit(None, pl.Int64)
            rows = rows.with_columns(mark.alias("watermark_us"))
            marked.append(rows)
            known = _count_times(partition, rows, known, decoded.record)
        elif decoded.control is not None and decoded.control[0] == "tick":
            body = decoded.control[1]
            partition.platform(body["platform"]).clock.tick(body["counted_us"], body["arrival_us"])
        advance_all(partition, decoded.record.logged_us, snapshot)
        partition.next_pos = decoded.record.pos + 1
    return marked, marks


def _count_times(partition: Partition, rows: pl.DataFrame, known: pl.DataFrame, record: Record) -> pl.DataFrame:
    """Count the record's distinct new events (neither a repeat nor a reused id is a second witness) and its heartbeats.

    `known` names the events let in so far. Those of panes closed by now are forgotten, as they are in memory when slices are small (D3).
    """
    fresh = rows.unique(IDENTITY, keep="first", maintain_order=True)
    still_open = ((pl.col("held") + 1) * PANE_US > pl.col("watermark_us")).fill_null(value=True)
    held = fresh.join(known.rename({"pane": "held"}), on=IDENTITY).filter(still_open)
    new = fresh.join(held, on=IDENTITY, how="anti", maintain_order="left")
    for (platform,), part in rows.partition_by("platform", as_dict=True).items():
        clock = partition.platform(str(platform)).clock
        clock.last_logged_us = record.logged_us
        beats = part.filter(pl.col("type") == "heartbeat").group_by("sender").agg(pl.col("occurred_us").max())
        for sender, us in beats.iter_rows():
            clock.heartbeats[sender] = max(us, clock.heartbeats.get(sender, us))
        _note_arrival(clock, part.filter(pl.col("type") != "heartbeat"))
        times = new.filter((pl.col("platform") == platform) & (pl.col("type") != "heartbeat"))["occurred_us"].to_numpy()
        clock.count(times)
    punctual = new.filter((pl.col("occurred_us") >= pl.col("watermark_us")).fill_null(value=True))
    return pl.concat([known, punctual.select(*IDENTITY, "pane")])


def _note_arrival(clock: PlatformClock, rows: pl.DataFrame) -> None:
    """A file's own received_at stands for log time until the platform posts live again (C2)."""
    if rows.is_empty():
        return
    arrival = rows["arrival_us"].max()
    clock.arrival_us = None if arrival is None else max(int(arrival), clock.arrival_us or 0)  # type: ignore[arg-type]


def advance_all(partition: Partition, logged_us: int, snapshot: Snapshot) -> None:
    """Every record carries log time: every platform's watermark may move (C2)."""
    partition.logged_us = max(partition.logged_us, logged_us)
    for name, state in partition.platforms.items():
        state.clock.advance(logged_us, snapshot.rule(name).lateness_us, snapshot.senders.get(name, ()))


def _counts(
    run: list[Decoded],
    counted: pl.DataFrame,
    duplicate: pl.DataFrame,
    late: pl.DataFrame,
    reused: pl.DataFrame,
    marks: list[dict[str, int]],
) -> list[dict[str, Any]]:
    """Rows of `record_count`: copies of context rows count nowhere but in their owner's partition (D10)."""
    found = {
        name: Counter(frame.filter(~pl.col("copy").fill_null(value=False))["pos"].to_list())
        for name, frame in (("counted", counted), ("duplicate", duplicate), ("late", late), ("skipped", reused))
    }
    return [
        {
            "partition": d.record.partition,
            "pos": d.record.pos,
            **{n: c[d.record.pos] for n, c in found.items() if n != "skipped"},
            "skipped": found["skipped"][d.record.pos] + d.skipped,
            "marks": json.dumps(mark, sort_keys=True),
        }
        for d, mark in zip(run, marks, strict=True)
        if d.control is None
    ]
