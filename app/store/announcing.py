"""How does every partition learn that the configuration has changed? By a `config` record each, after the snapshot is durable (D6)."""

from __future__ import annotations

from threading import Lock
from typing import Final

from sqlalchemy import Engine

from app.log.port import EventLog, Part
from app.log.record import CorruptRecord, pack_control, unpack
from app.store import snapshots
from app.store.engine import read
from app.store.ledger import Ledger, LedgerRow

_ONE_AT_A_TIME: Final = Lock()


def announce(engine: Engine, log: EventLog, edge: str) -> int:
    """Tell every partition the newest version, and return it. `edge`: who tells.

    The newest, not the one just written: whoever comes second announces both, so a version never falls in the log,
    and a change whose announcement failed (the log was not writable) is carried by the next one.
    """
    with _ONE_AT_A_TIME:
        with read(engine) as connection:
            version = snapshots.newest(connection)
        body = pack_control("config", {"version": version}, edge=edge)
        log.append([Part(partition, body) for partition in range(log.partitions)])
    return version


def catch_up(engine: Engine, log: EventLog, edge: str) -> list[int]:
    """Tell the newest version to the partitions that would not come to it, and return them. `edge`: who tells.

    Asked at a start: a process that was killed between a snapshot's commit and its announcement left it untold until the next change.
    """
    with _ONE_AT_A_TIME:
        with read(engine) as connection:
            version = snapshots.newest(connection)
        rows = {row.partition: row for row in Ledger(engine).all_rows()}
        untold = [p for p in range(log.partitions) if _coming(log, p, rows.get(p)) != version]
        if untold:
            body = pack_control("config", {"version": version}, edge=edge)
            log.append([Part(partition, body) for partition in untold])
    return untold


def _coming(log: EventLog, partition: int, row: LedgerRow | None) -> int:
    """The version under which a partition stands once it has read its log: of the last unread `config` record, else of its ledger."""
    pos, version = (row.next_pos, row.config_version) if row is not None else (log.bounds(partition)[0], 0)
    while records := log.read(partition, pos):
        pos = records[-1].pos + 1
        for record in records:
            try:
                found = unpack(record.body)
            except CorruptRecord:
                continue  # its reader lists it
            if found.header.kind == "config" and found.control is not None:
                version = int(found.control["version"])
    return version
