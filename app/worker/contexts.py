"""Which inputs belong to a configuration version? Snapshot, model and sealed days, loaded from the store (SEMANTICS D6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import polars as pl
import structlog
from sqlalchemy import Engine

from app import __version__
from app.detection.manifest import ModelRefused
from app.detection.model import Model
from app.detection.units import calibrate
from app.domain.snapshot import Snapshot
from app.law.pack import RuleBook
from app.store import sealed_days, snapshots
from app.store.engine import read
from app.worker.context import Context

log = structlog.get_logger(__name__)
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
            model = None if snapshot.model_id is None else calibrated(models(snapshot.model_id), snapshot)
            kept.clear()
            kept[version] = Context(snapshot, model, rules, days_of, __version__, candidate(snapshot, models))
        return kept[version]

    return context


def calibrated(model: Model, snapshot: Snapshot) -> Model:
    """The model with the platforms' own sealed units beside those that it came with."""
    if snapshot.calibration.is_empty():
        return model
    lent = model.calibration
    return replace(model, calibration=calibrate(lent.units, lent.bands, snapshot.calibration))


def candidate(snapshot: Snapshot, models: Models) -> Model | None:
    """The model that runs beside the serving one; one that cannot be loaded is told in the log and stops nothing."""
    if snapshot.shadow_model_id is None:
        return None
    try:
        return models(snapshot.shadow_model_id)
    except ModelRefused as refused:
        log.warning("candidate model not loaded", model_id=snapshot.shadow_model_id, reason=str(refused))
        return None
