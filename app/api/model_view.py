"""What does `GET /v1/model` answer? The serving model with its card, and how it stands on each platform that the caller sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import polars as pl
import structlog
from sqlalchemy import Connection

from app.api import model_folder, model_health
from app.api.services import Services
from app.detection.manifest import ModelRefused
from app.detection.model import Model
from app.domain.cases import is_sandbox
from app.domain.snapshot import Snapshot
from app.domain.time import iso
from app.store import counts, measured, model_life, snapshots
from app.store.engine import read

log = structlog.get_logger(__name__)


def model_view(services: Services, platforms: Sequence[str] | None) -> dict[str, Any]:
    """platforms: those of the caller; null: every platform, sandboxes aside."""
    with read(services.engine) as connection:
        snapshot = snapshots.load(connection, snapshots.newest(connection))
        model = loaded(services, snapshot)
        state = None if model is None else model_health.warmth_of(model, snapshot)
        return {
            "config_version": snapshot.version,
            "alpha_open": snapshot.alpha_open,
            "serving": _folder(services, snapshot.model_id),
            "candidate": _folder(services, snapshot.shadow_model_id),
            "served_before": model_life.served_before(connection),
            "changes": [_reign(r) for r in model_life.reigns(connection, 20)],
            "suspended": list(snapshot.suspended),
            "platforms": {p: _platform(connection, snapshot, model, state, p) for p in _seen(connection, snapshot, platforms)},
        }


def models_view(services: Services) -> dict[str, Any]:
    """Every model folder of this service, and what each is now."""
    with read(services.engine) as connection:
        snapshot = snapshots.load(connection, snapshots.newest(connection))
    role = {snapshot.shadow_model_id: "candidate", snapshot.model_id: "serving"}
    found = [model_folder.in_short(f) for f in model_folder.folders(services.settings.models_dir)]
    return {"items": [{**m, "role": role.get(m["model_id"])} for m in found]}


def loaded(services: Services, snapshot: Snapshot) -> Model | None:
    """The serving model; None where there is none, or its folder is not on this machine."""
    if snapshot.model_id is None:
        return None
    try:
        return model_health.model_in(services.settings.models_dir / snapshot.model_id)
    except ModelRefused as refused:
        log.warning("serving model not readable here", model_id=snapshot.model_id, reason=str(refused))
        return None


def _folder(services: Services, model_id: str | None) -> dict[str, Any] | None:
    return None if model_id is None else model_folder.in_full(services.settings.models_dir / model_id)


def _seen(connection: Connection, snapshot: Snapshot, platforms: Sequence[str] | None) -> list[str]:
    if platforms is not None:
        return sorted(platforms)
    known = {*snapshot.senders, *counts.sealed_through(connection)}
    return sorted(p for p in known if not is_sandbox(p))


def _platform(connection: Connection, snapshot: Snapshot, model: Model | None, state: pl.DataFrame | None, platform: str) -> dict[str, Any]:
    return {
        "calibration": None if state is None else model_health.calibration_of(state, snapshot, connection, platform),
        "drift": None if model is None else model_health.drift_of(model, connection, platform),
        "weekly_check": model_health.check_of(connection, platform),
        "measured": asdict(measured.measured(connection, platform)),
        "candidate": model_health.comparison_of(snapshot, connection, platform),
    }


def _reign(reign: model_life.Reign) -> dict[str, Any]:
    return {
        "config_version": reign.version,
        "since": iso(reign.since_us),
        "actor": reign.actor,
        "change": reign.change,
        "model_id": reign.model_id,
        "shadow_model_id": reign.shadow_model_id,
    }
