"""How does the serving model stand at this scrape? Drift of each feature, the last weekly check, suspended strata, sandboxes aside."""

from __future__ import annotations

from sqlalchemy import Connection

from app.api.model_health import bins_in, drift_days
from app.api.services import Services
from app.detection.drift import Bins
from app.detection.manifest import ModelRefused
from app.domain.cases import is_sandbox
from app.observe.metrics import ModelGauges
from app.store import calibration_checks, counts, snapshots

EVERY = "all"


def feed(services: Services, connection: Connection, gauges: ModelGauges) -> None:
    """Read what the store holds of the serving model; a machine without its folder tells no drift."""
    snapshot = snapshots.load(connection, snapshots.newest(connection))
    gauges.clear()
    gauges.suspended.set(len(snapshot.suspended))
    for role, model_id in (("serving", snapshot.model_id), ("candidate", snapshot.shadow_model_id)):
        if model_id is not None:
            gauges.role.labels(model_id, role).set(1)
    for platform in (p for p in counts.sealed_through(connection) if not is_sandbox(p)):
        for row in calibration_checks.latest(connection, platform):
            if row["scope"] == EVERY and row["ratio"] is not None:
                gauges.exceedance.labels(platform, str(row["alpha"])).set(row["ratio"])
        if snapshot.model_id is not None:
            _drift(_bins(services, snapshot.model_id), snapshot.model_id, connection, platform, gauges)


def _drift(bins: dict[str, Bins], model_id: str, connection: Connection, platform: str, gauges: ModelGauges) -> None:
    days = drift_days(bins, model_id, connection, platform)
    for feature in days[max(days)] if days else ():
        gauges.unknown.labels(platform, feature.feature).set(feature.missing)
        if feature.psi is not None:
            gauges.psi.labels(platform, feature.feature).set(feature.psi)


def _bins(services: Services, model_id: str) -> dict[str, Bins]:
    try:
        return bins_in(services.settings.models_dir / model_id)
    except ModelRefused:
        return {}
