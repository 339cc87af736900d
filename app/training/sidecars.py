"""Which reference tables lie beside an event file? Sellers, costs, catalogue, history: into a store before the line runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import polars as pl
from sqlalchemy import Engine

from app.domain.days import as_days
from app.domain.snapshot import CATALOGUE_SCHEMA, COSTS_SCHEMA, SELLERS_SCHEMA
from app.store import sealed_days, snapshots
from app.store.engine import write

SCHEMAS: Final[dict[str, Mapping[str, pl.DataType]]] = {
    "sellers": SELLERS_SCHEMA,
    "costs": COSTS_SCHEMA,
    "catalogue": CATALOGUE_SCHEMA,
}


class BadTable(ValueError):
    """A reference table that cannot be read; the text names the file."""


def read_table(path: Path, kind: str) -> pl.DataFrame:
    """A reference CSV with the columns of its kind; raises BadTable where one is missing or of another type."""
    schema = SCHEMAS[kind]
    try:
        return pl.read_csv(path, schema_overrides=dict(schema), columns=list(schema)).select(*schema)
    except pl.exceptions.PolarsError as error:
        raise BadTable(f"{path}: {error}") from error


def load_tables(engine: Engine, folder: Path, actor: str) -> None:
    """Publish a snapshot with the reference CSVs of a folder; a missing file leaves its table as it is."""
    changes = {kind: read_table(folder / f"{kind}.csv", kind) for kind in SCHEMAS if (folder / f"{kind}.csv").exists()}
    if changes:
        with write(engine) as connection:
            snapshots.amend(connection, actor, f"tables of {folder.name}", lambda _: changes)  # type: ignore[arg-type,return-value]


def load_days(engine: Engine, path: Path) -> int:
    """Save a history file (SEALED_DAY_SCHEMA) as sealed days of its platforms; returns how many days. Raises BadTable."""
    try:
        history = as_days(pl.read_parquet(path))
    except pl.exceptions.PolarsError as error:
        raise BadTable(f"{path}: {error}") from error
    days = history.partition_by("platform", "day", as_dict=True)
    with write(engine) as connection:
        for (platform, day), frame in sorted(days.items()):
            sealed_days.save(connection, str(platform), int(day), frame, "loaded")
            sealed_days.seal_through(connection, str(platform), int(day))
    return len(days)
