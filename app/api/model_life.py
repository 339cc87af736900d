"""How does a model come to serve? Shadow, promotion, roll-back: each a new configuration that every partition is told (D6), audited (F3).

A model is loaded whole, every hash checked, before its id is published: a version once in the log stands there for ever.
"""

from __future__ import annotations

import polars as pl
from sqlalchemy import Connection

from app.api.commands import recorded
from app.api.configure import announce
from app.api.services import Services
from app.detection import model_file
from app.domain.snapshot import Snapshot
from app.domain.units import UNITS_SCHEMA
from app.store import counts, model_life, own_calibration, snapshots
from app.store.engine import read, write
from app.store.snapshots import Changes


class NotChanged(Exception):
    """A command that does not fit what serves now; the text says why."""


def run_beside(services: Services, actor: str, model_id: str | None) -> int:
    """Let a candidate score beside the serving model, or none; the configuration version. Raises ModelRefused, NotChanged."""
    if model_id is not None:
        model_file.load(services.settings.models_dir / model_id)

    def edit(before: Snapshot) -> Changes:
        if model_id is not None and model_id == before.model_id:
            raise NotChanged(f"{model_id} serves already: a candidate is another model")
        return {"shadow_model_id": model_id}

    with write(services.engine) as connection:
        snapshots.amend(connection, actor, f"candidate {model_id or 'none'}", edit)
        recorded(services, actor, "model.shadow", {"model_id": model_id})
    return announce(services)


def promote(services: Services, actor: str, model_id: str) -> int:
    """Let a model serve; the configuration version. Raises ModelRefused, NotChanged."""
    return _serve(services, actor, "model.promoted", model_id)


def roll_back(services: Services, actor: str) -> tuple[str, int]:
    """Let the model serve that did before the present one: its id, the configuration version. Raises ModelRefused, NotChanged."""
    with read(services.engine) as connection:
        model_id = model_life.served_before(connection)
    if model_id is None:
        raise NotChanged("no other model has served before this one")
    return model_id, _serve(services, actor, "model.rolled_back", model_id)


def _serve(services: Services, actor: str, action: str, model_id: str) -> int:
    named = services.settings.model_id
    if named not in {None, model_id}:
        raise NotChanged(f"KAWAL_MODEL_ID names {named} and would undo this at the next start: unset it first")
    model_file.load(services.settings.models_dir / model_id)
    with write(services.engine) as connection:
        own = own_units(connection, model_id)

        def edit(before: Snapshot) -> Changes:
            if before.model_id == model_id:
                raise NotChanged(f"{model_id} serves already")
            changes: Changes = {"model_id": model_id, "calibration": own}
            if before.shadow_model_id == model_id:
                changes["shadow_model_id"] = None
            return changes

        snapshots.amend(connection, actor, f"{action.replace('.', ' ')}: {model_id}", edit)
        recorded(services, actor, action, {"model_id": model_id, "own_units": own.height})
    return announce(services)


def own_units(connection: Connection, model_id: str) -> pl.DataFrame:
    """UNITS_SCHEMA of the sealed days that this model has judged, on every platform: maxima of another model would calibrate nothing."""
    sealed = counts.sealed_through(connection)
    found = [own_calibration.own_units(connection, platform, day, model_id) for platform, day in sorted(sealed.items())]
    return pl.concat([pl.DataFrame(schema=UNITS_SCHEMA), *found])
