"""How far has each partition come, and who may move it? One row per partition, fenced by its epoch (SEMANTICS D4, D5)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, RowMapping, select, update

from app.store import carried, tables
from app.store.effects import Effects, upsert, write_rows
from app.store.engine import hold, read, write


class Fenced(Exception):
    """Another worker owns the partition by now: nothing of the commit was written."""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """Where a partition stands: records before `next_pos` have had their effects, panes begin at `replay_from`."""

    partition: int
    epoch: int
    next_pos: int
    replay_from: int
    config_version: int
    worker: str | None
    state: dict[str, Any] = field(default_factory=dict)
    """JSON: watermarks, fired panes, log time."""


class Ledger:
    """The ledger in a store; every method is one short transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def own(self, partition: int, worker: str) -> LedgerRow:
        """Take a partition over: its epoch rises by one, so that every earlier owner is refused from now on."""
        table = tables.ledger
        with write(self._engine) as connection:
            hold(connection, f"ledger:{partition}")
            kept = connection.execute(select(table.c.epoch).where(table.c.partition == partition).with_for_update()).scalar()
            if kept is None:
                fresh = LedgerRow(partition, 1, 0, 0, 0, worker)
                upsert(connection, table.name, [_values(fresh)])
                return fresh
            connection.execute(update(table).where(table.c.partition == partition).values(epoch=kept + 1, worker=worker))
            found = connection.execute(select(table).where(table.c.partition == partition)).mappings().one()
            return _row(found)

    def load_carried(self, partition: int) -> dict[str, list[bytes]]:
        """Carried state by kind: the deltas in the order in which they were committed."""
        with read(self._engine) as connection:
            return carried.load(connection, partition)

    def commit(self, row: LedgerRow, effects: Effects) -> None:
        """Move the partition and write its effects in one transaction. Raises Fenced, then nothing is written."""
        table = tables.ledger
        values = _values(row)
        moved = update(table).where(table.c.partition == row.partition, table.c.epoch == row.epoch)
        with write(self._engine) as connection:
            if connection.execute(moved.values(values)).rowcount == 0:
                raise Fenced(f"partition {row.partition} has left epoch {row.epoch}")
            write_rows(connection, effects)
            carried.append(connection, row.partition, effects.carried, effects.compact)

    def all_rows(self) -> list[LedgerRow]:
        """Every partition that was ever owned, in order."""
        with read(self._engine) as connection:
            rows = connection.execute(select(tables.ledger).order_by(tables.ledger.c.partition)).mappings().all()
        return [_row(r) for r in rows]


def _values(row: LedgerRow) -> dict[str, Any]:
    return {
        "partition": row.partition,
        "epoch": row.epoch,
        "next_pos": row.next_pos,
        "replay_from": row.replay_from,
        "config_version": row.config_version,
        "worker": row.worker,
        "state": json.dumps(row.state, sort_keys=True, separators=(",", ":")),
    }


def _row(found: RowMapping) -> LedgerRow:
    return LedgerRow(**{**found, "state": json.loads(found["state"])})
