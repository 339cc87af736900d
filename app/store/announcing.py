"""How does every partition learn that the configuration has changed? By a `config` record each, after the snapshot is durable (D6)."""

from __future__ import annotations

from threading import Lock
from typing import Final

from sqlalchemy import Engine

from app.log.port import EventLog, Part
from app.log.record import pack_control
from app.store import snapshots
from app.store.engine import read

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
