"""How does a changed configuration come into force? By a `config` record in every partition, after the snapshot is durable (D6)."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Final

import polars as pl

from app.api.services import Services
from app.log.port import Part
from app.log.record import pack_control
from app.store import snapshots
from app.store.engine import read

EDGE: Final = "api"
_ONE_AT_A_TIME: Final = Lock()


def announce(services: Services) -> int:
    """Tell every partition the newest version, and return it.

    The newest, not the one just written: whoever comes second announces both, so a version never falls in the log,
    and a change whose announcement failed (the log was not writable) is carried by the next one.
    """
    with _ONE_AT_A_TIME:
        with read(services.engine) as connection:
            version = snapshots.newest(connection)
        body = pack_control("config", {"version": version}, edge=EDGE)
        services.log.append([Part(partition, body) for partition in range(services.log.partitions)])
    return version


def put_rows(before: pl.DataFrame, rows: pl.DataFrame, on: Sequence[str]) -> pl.DataFrame:
    """A reference table in which rows of the same key (nulls are equal) are replaced, the others kept."""
    return pl.concat([before.join(rows.select(on), on=on, how="anti", nulls_equal=True), rows])
