"""How does a changed configuration come into force? By a `config` record in every partition, after the snapshot is durable (D6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from app.api.services import Services
from app.store import announcing

EDGE: Final = "api"


def announce(services: Services) -> int:
    """Tell every partition the newest version, and return it."""
    return announcing.announce(services.engine, services.log, EDGE)


def put_rows(before: pl.DataFrame, rows: pl.DataFrame, on: Sequence[str]) -> pl.DataFrame:
    """A reference table in which rows of the same key (nulls are equal) are replaced, the others kept."""
    return pl.concat([before.join(rows.select(on), on=on, how="anti", nulls_equal=True), rows])
