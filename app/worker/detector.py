"""How is one partition worked? Own it, take a slice of the log in, fire what closes, commit once (SEMANTICS D4, D5, D7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import polars as pl
from sqlalchemy import Engine

from app.domain.events import PAIR
from app.domain.time import PANE_US, gate_us
from app.findings.evidence import Segment
from app.findings.known import Known
from app.log.port import EventLog
from app.store import sealed_days, session_sums
from app.store.effects import Effects
from app.store.engine import read
from app.store.ledger import Ledger
from app.windows.carry import forget
from app.worker import carrying, poison
from app.worker.closing import Closed
from app.worker.context import Context
from app.worker.day_verdicts import keep_days
from app.worker.evidence import EvidenceReader
from app.worker.feature_counts import FeatureCounts
from app.worker.firing import Told
from app.worker.isolation import close_isolated, isolated
from app.worker.marks import marks_from
from app.worker.partition import Partition, Taken, take_in
from app.worker.platform_state import PlatformState
from app.worker.provisional import provisional_rows
from app.worker.publishing import Rows, day_parts, publish, running
from app.worker.reading import Decoded, decode
from app.worker.recovery import recover, to_ledger
from app.worker.sessions import late_rows, session_rows
from app.worker.stretches import hold, release, stretches

COMPACT_EVERY: Final = 64
NO_DAY: Final = -1
PARK_US: Final = 30 * 60 * 1_000_000
Contexts = Callable[[int], Context]


@dataclass
class Gathered:
    """Effects of one step, collected before the commit."""

    upserts: Rows = field(default_factory=dict)
    inserts: Rows = field(default_factory=dict)
    updates: Rows = field(default_factory=dict)
    carried: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    touched: list[pl.DataFrame] = field(default_factory=list)
    day_parts: dict[tuple[str, int], list[pl.DataFrame]] = field(default_factory=dict)

    def add(self, upserts: Rows, inserts: Rows) -> None:
        """Put rows behind those gathered so far."""
        for target, rows in ((self.upserts, upserts), (self.inserts, inserts)):
            for table, new in rows.items():
                target.setdefault(table, []).extend(new)


class Detector:
    """The owner of one partition. One thread; raises Fenced when another has taken over."""

    def __init__(
        self, number: int, log: EventLog, engine: Engine, contexts: Contexts, *, worker: str, keep_finals: bool, slice_bytes: int
    ) -> None:
        """Take ownership and recover."""
        self.log, self.engine, self.contexts = log, engine, contexts
        self.keep_finals, self.slice_bytes = keep_finals, slice_bytes
        self.watch: Callable[[Closed], None] = lambda _: None  # who wants to see the figures of finals (training)
        self.ledger = Ledger(engine)
        self.evidence = EvidenceReader(log, number)
        self.counts = FeatureCounts(engine, number)
        self.row = self.ledger.own(number, worker)
        self.partition: Partition = recover(self.row, self.ledger.load_carried(number), log, self._marks())
        self.partition.sessions = self._sessions()
        self.commits = int(self.row.state.get("commits", 0)) if self.row.state else 0
        self._configure(self.row.config_version)

    def step(self) -> bool:
        """One slice: read, take in, fire, commit. False if nothing was to do."""
        records = self.log.read(self.partition.number, self.partition.next_pos, self.slice_bytes)
        if not records and not self._released():
            return False
        gathered = Gathered()
        self._poison = poison.Listed(self.partition, gathered)
        for run in _runs(list(decode(records, self.partition.skipped, self._poison))):
            self._run(run, gathered)
        if not records:
            self._fire_all(gathered)
        self._provisional(gathered)
        self._commit(gathered)
        return True

    def _run(self, run: list[Decoded], gathered: Gathered) -> None:
        taken = take_in(self.partition, run, self.context.snapshot)
        self._record(taken, gathered)
        self._fire_all(gathered)
        control = run[-1].control
        if control is not None and control[0] == "config":
            for state in self.partition.platforms.values():
                hold(state, self.context.snapshot.version)
            self._configure(int(control[1]["version"]))

    def _record(self, taken: Taken, gathered: Gathered) -> None:
        late = [r | {"partition": self.partition.number} for r in late_rows(taken.late, self.context.snapshot)]
        gathered.add({}, {"record_count": taken.counts, "late_row": late})
        gathered.add(session_rows(self.partition, taken, self.log.partitions), {})
        poison.list_reused(taken.reused, self.partition.number, gathered)
        gathered.touched.extend(taken.touched)

    def _fire_all(self, gathered: Gathered) -> None:
        for platform, state in sorted(self.partition.platforms.items()):
            last = self._closable(platform, state)
            if last is not None and (state.fired is None or last > state.fired):
                for cut, version in list(stretches(state, last)):
                    self._fire(platform, state, cut, version, gathered)
                release(state)

    def _closable(self, platform: str, state: PlatformState) -> int | None:
        """The last pane that the watermark has closed and the seal lets pass (C5)."""
        if state.clock.watermark_us is None:
            return None
        closed = state.clock.watermark_us // PANE_US - 1
        sealed = self._sealed(platform)
        if sealed is None:
            return None
        offset = self.context.snapshot.rule(platform).day_offset_us
        return min(closed, gate_us(sealed, offset) // PANE_US - 1)

    def _fire(self, platform: str, state: PlatformState, last: int, version: int | None, gathered: Gathered) -> None:
        state.remember_lows(last)
        context, known = (self.context, self.known) if version is None else self._under(version)
        for closed in close_isolated(state, platform, last, context, known, self._poison.pair):
            if closed.finals.is_empty():
                self._keep_sums(closed, platform, last, state, gathered)
                continue
            upserts, inserts = publish(
                closed, self.partition.number, lambda told: self._evidence(told, gathered), keep_finals=self.keep_finals
            )
            gathered.add(upserts, inserts)
            gathered.updates.setdefault("finding", []).extend(running(closed))
            gathered.add({"feature_count": self.counts.rows(closed, context)}, {})
            self.watch(closed)
            self._keep_sums(closed, platform, last, state, gathered)
            gathered.touched.append(closed.finals.select(PAIR).unique())
        state.carry = forget(state.carry, last)
        state.open_rows = state.open_rows.filter(pl.col("pane") > last)
        state.fired = last

    def _keep_sums(self, closed: Closed, platform: str, last: int, state: PlatformState, gathered: Gathered) -> None:
        gathered.day_parts.setdefault((platform, last), []).append(closed.day_parts)
        for kind in carrying.KINDS:
            gathered.carried.setdefault(kind, []).append(getattr(closed.news, kind))
        state.carry = carrying.merged(state.carry, closed.news)

    def _evidence(self, told: Told, gathered: Gathered) -> list[Segment]:
        with read(self.engine) as connection:
            marks = marks_from(connection, self.partition.number, told.state.first_pos or 0)
        marks |= {count["pos"]: count["marks"] for count in gathered.inserts.get("record_count", ())}
        return self.evidence.collect(told, marks)

    def _provisional(self, gathered: Gathered) -> None:
        if not gathered.touched:
            return
        touched = pl.concat(gathered.touched).unique()
        for platform, state in self.partition.platforms.items():
            mine = touched.filter(pl.col("platform") == platform)
            if mine.is_empty():
                continue
            sealed = self._sealed(platform)
            history = NO_DAY if sealed is None else sealed  # a first event is shown at once, without a past
            rows = isolated(mine, partial(self._look, platform, state, history))
            told = {tuple(r[c] for c in PAIR) for r in rows}
            # a pair without open rows has nothing provisional left: its final stands
            over = [
                {**pair, "partition": self.partition.number, "provisional": None, "provisional_pos": None}
                for pair in mine.iter_rows(named=True)
                if tuple(pair.values()) not in told
            ]
            gathered.add({"judgement": rows + over}, {})

    def _look(self, platform: str, state: PlatformState, history: int, pairs: pl.DataFrame) -> list[dict[str, Any]]:
        return provisional_rows(state, platform, pairs, self.partition.number, self.partition.next_pos, history, self.context)

    def _commit(self, gathered: Gathered) -> None:
        self.commits += 1
        self._park()
        compact = self.commits % COMPACT_EVERY == 0
        parked = any(s.parked_pos for s in self.partition.platforms.values())
        full = carrying.whole(self.partition.platforms) if compact else {}
        if parked:
            full[carrying.PARKED] = carrying.parked(self.partition.platforms)
        carried = {} if compact else {k: carrying.to_bytes(pl.concat(f)) for k, f in gathered.carried.items() if any(x.height for x in f)}
        for (platform, last), parts in gathered.day_parts.items():
            gathered.add({"day_part": day_parts(platform, parts, self.partition.number, last)}, {})
        self._tell_days(gathered)
        self.row = to_ledger(self.partition, self.row, self.context.snapshot.version, self.commits)
        self.ledger.commit(
            self.row, Effects(upserts=gathered.upserts, inserts=gathered.inserts, updates=gathered.updates, carried=carried, compact=full)
        )

    def _tell_days(self, gathered: Gathered) -> None:
        if any(gathered.upserts.get(table) for table in ("finding", "judgement")):
            with read(self.engine) as connection:
                keep_days(connection, gathered.upserts, self.context.rules)

    def _park(self) -> None:
        """Platforms silent for half an hour of log time stop pinning replay_from: their open rows become carried state (D4)."""
        for state in self.partition.platforms.values():
            if self.partition.logged_us - state.clock.last_logged_us > PARK_US and state.open_rows.height:
                state.parked_pos = self.partition.next_pos

    def _released(self) -> bool:
        """Has a seal let panes pass that were closed before? They waited with their rows; intake and reading went on (C5)."""
        for platform, state in self.partition.platforms.items():
            mark = state.clock.watermark_us
            if mark is None or (state.fired is not None and mark // PANE_US - 1 <= state.fired):
                continue  # nothing waits: an idle look asks the store for no seal
            last = self._closable(platform, state)
            if last is not None and (state.fired is None or last > state.fired):
                return True
        return False

    def _sealed(self, platform: str) -> int | None:
        with read(self.engine) as connection:
            return sealed_days.sealed_through(connection, platform)

    def _sessions(self) -> dict[tuple[str, str], list[int]]:
        with read(self.engine) as connection:
            return session_sums.of_partition(connection, self.row.partition)

    def _configure(self, version: int) -> None:
        self.context, self.known = self._under(version)

    def _under(self, version: int) -> tuple[Context, Known]:
        context = self.contexts(version)
        return context, Known(context.snapshot)

    def _marks(self) -> dict[int, str | None]:
        with read(self.engine) as connection:
            return marks_from(connection, self.row.partition, self.row.replay_from)


def _runs(slice_: list[Decoded]) -> list[list[Decoded]]:
    """Cut a slice behind every config record: it governs what closes after it (D6)."""
    runs: list[list[Decoded]] = []
    current: list[Decoded] = []
    for decoded in slice_:
        current.append(decoded)
        if decoded.control is not None and decoded.control[0] == "config":
            runs.append(current)
            current = []
    return [*runs, current] if current else runs
