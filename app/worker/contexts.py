"""Which inputs belong to a configuration version? Snapshot, model and sealed days, loaded from the store (SEMANTICS D6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import polars as pl
from sqlalchemy import Engine

from app import __version__
from app.detection.model import Model
from app.domain.snapshot import Snapshot
from app.law.pack import RuleBook
from app.store import sealed_days, snapshots
from app.store.engine import read
from app.worker.context import Context

Models = Callable[[str], Model]


def contexts_of(engine: Engine, rules: RuleBook, models: Models, *, accept_costs: bool = False) -> Callable[[int], Context]:
    """version -> Context, the last one kept. `models` loads a model by its id and checks its hashes."""
    kept: dict[int, Context] = {}

    def days_of(platform: str, first: int, last: int) -> pl.DataFrame:
        with read(engine) as connection:
            return sealed_days.load(connection, platform, first, last)

    def context(version: int) -> Context:
        if version not in kept:
            with read(engine) as connection:
                snapshot: Snapshot = replace(snapshots.load(connection, version), accept_costs=accept_costs)
            model = None if snapshot.model_id is None else models(snapshot.model_id)
            kept.clear()
            kept[version] = Context(snapshot, model, rules, days_of, __version__)
        return kept[version]

    return context
