"""How does a new owner get its partition back? Ledger row, carried state, open panes replayed without effects (SEMANTICS D4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from app.log.port import EventLog
from app.store.ledger import LedgerRow
from app.windows.admission import IDENTITY, admit
from app.worker import carrying
from app.worker.marks import marked
from app.worker.partition import Partition
from app.worker.platform_state import OPEN_SCHEMA, PlatformState
from app.worker.reading import decode

Marks = Mapping[int, str | None]


def to_ledger(partition: Partition, row: LedgerRow, config_version: int, commits: int) -> LedgerRow:
    """The ledger row of the state as it is now."""
    low = partition.replay_from()
    partition.skipped = {s for s in partition.skipped if s[0] >= low}
    return LedgerRow(
        partition=row.partition,
        epoch=row.epoch,
        next_pos=partition.next_pos,
        replay_from=low,
        config_version=config_version,
        worker=row.worker,
        state={
            "platforms": {p: s.to_state() for p, s in sorted(partition.platforms.items())},
            "skipped": sorted(map(list, partition.skipped)),
            "logged_us": partition.logged_us,
            "commits": commits,
        },
    )


def recover(row: LedgerRow, bodies: Mapping[str, list[bytes]], log: EventLog, marks: Marks) -> Partition:
    """Build the partition as its last commit left it. `marks`: record_count.marks per position from replay_from on."""
    state = row.state or {"platforms": {}, "skipped": [], "logged_us": 0}
    partition = Partition(
        row.partition,
        row.next_pos,
        {p: PlatformState.from_state(s) for p, s in state["platforms"].items()},
        {(int(pos), int(index)) for pos, index in state["skipped"]},
        state["logged_us"],
    )
    whole = carrying.fold(bodies)
    for name, known in partition.platforms.items():
        known.carry = carrying.of_platform(whole, name, known.fired)
    carrying.with_parked(partition.platforms, bodies.get(carrying.PARKED, []))
    _replay(partition, row, log, marks)
    return partition


def _replay(partition: Partition, row: LedgerRow, log: EventLog, marks: Marks) -> None:
    """Read [replay_from, next_pos) into open panes: rows of fired panes, late and skipped rows stay out as they did before."""
    pos = row.replay_from
    while pos < row.next_pos:
        records = [r for r in log.read(row.partition, pos) if r.pos < row.next_pos]
        if not records:
            return
        pos = records[-1].pos + 1
        frames = [marked(d.rows, marks.get(d.record.pos)) for d in decode(records, partition.skipped, _known_poison)]
        rows = pl.concat([pl.DataFrame(schema=OPEN_SCHEMA), *frames])
        skipped = pl.DataFrame(sorted(partition.skipped), schema={"pos": pl.Int64(), "row": pl.Int64()}, orient="row")
        rows = rows.join(skipped, on=("pos", "row"), how="anti", maintain_order="left")
        seen = pl.concat([pl.DataFrame(schema=OPEN_SCHEMA), *[s.open_rows for s in partition.platforms.values()]])
        fate = admit(rows, seen.select(*IDENTITY, "hash", "pane"))
        for (platform,), part in fate.open_rows.partition_by("platform", as_dict=True, maintain_order=True).items():
            state = partition.platform(str(platform))
            fired = -1 if state.fired is None else state.fired
            kept = part.filter((pl.col("pane") > fired) & (pl.col("pos") >= state.parked_pos))
            state.open_rows = pl.concat([state.open_rows, kept.select(*OPEN_SCHEMA)])


def _known_poison(*_: Any) -> None:
    """Rows that failed before fail again; they are listed already."""
