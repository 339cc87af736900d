"""Which configurations were ever in force? Versions that rise by one, their tables kept once by content (SEMANTICS D6)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, Final, TypedDict, Unpack

import polars as pl
from sqlalchemy import Connection, Engine, func, insert, select

from app.domain.snapshot import (
    CALENDAR_SCHEMA,
    CATALOGUE_SCHEMA,
    COSTS_SCHEMA,
    SELLERS_SCHEMA,
    PlatformRule,
    Snapshot,
    empty_snapshot,
)
from app.domain.units import UNITS_SCHEMA
from app.store import blobs, tables
from app.store.effects import insert_new
from app.store.engine import hold, write
from app.store.reference_cache import ReferenceCache

SCHEMAS: Final[Mapping[str, Mapping[str, pl.DataType]]] = {
    "sellers": SELLERS_SCHEMA,
    "costs": COSTS_SCHEMA,
    "catalogue": CATALOGUE_SCHEMA,
    "calendar": CALENDAR_SCHEMA,
    "calibration": UNITS_SCHEMA,
}
_CACHE: Final = ReferenceCache(capacity=16)
_SNAPSHOT = tables.snapshot
_REFERENCE = tables.reference


class Changes(TypedDict, total=False):
    """What a new version may replace; whatever is missing stays as it is."""

    sellers: pl.DataFrame
    costs: pl.DataFrame
    catalogue: pl.DataFrame
    calendar: pl.DataFrame
    senders: dict[str, tuple[str, ...]]
    platforms: dict[str, PlatformRule]
    model_id: str | None
    shadow_model_id: str | None
    calibration: pl.DataFrame
    suspended: tuple[str, ...]
    alpha_open: float


class UnknownSnapshot(LookupError):
    """There is no configuration of that version."""


def newest(connection: Connection) -> int:
    """The highest version; 0 before anything was published."""
    return int(connection.execute(select(func.coalesce(func.max(_SNAPSHOT.c.version), 0))).scalar_one())


def load(connection: Connection, version: int) -> Snapshot:
    """The configuration of a version; version 0 knows nothing. Raises UnknownSnapshot."""
    if version == 0:
        return empty_snapshot()
    text = connection.execute(select(_SNAPSHOT.c.body).where(_SNAPSHOT.c.version == version)).scalar()
    if text is None:
        raise UnknownSnapshot(f"no configuration has version {version}")
    body = json.loads(text)
    hashes: dict[str, str] = body["references"]
    sellers, costs, catalogue, calendar, calibration = (_reference(connection, kind, hashes.get(kind)) for kind in SCHEMAS)
    return Snapshot(
        version=version,
        sellers=sellers,
        costs=costs,
        catalogue=catalogue,
        calendar=calendar,
        senders={platform: tuple(keys) for platform, keys in body["senders"].items()},
        platforms={platform: PlatformRule(**rule) for platform, rule in body["platforms"].items()},
        model_id=body["model_id"],
        shadow_model_id=body.get("shadow_model_id"),
        calibration=calibration,
        suspended=tuple(body.get("suspended", ())),
        alpha_open=body["alpha_open"],
        hashes=hashes,
    )


def publish(engine: Engine, actor: str, change: str, **replacements: Unpack[Changes]) -> int:
    """Write the next version with some parts replaced and return it. `change` says in words what was changed."""
    with write(engine) as connection:
        return amend(connection, actor, change, lambda _: replacements)


def amend(connection: Connection, actor: str, change: str, edit: Callable[[Snapshot], Changes]) -> int:
    """Write the next version from what `edit` makes of the newest one, in the caller's writing transaction.

    Two people who edit at once do so one after the other: none overwrites what the other has added.
    """
    hold(connection, "snapshot")
    before = load(connection, newest(connection))
    changes = edit(before)
    unknown = set(changes) - Changes.__annotations__.keys()
    if unknown:
        raise TypeError(f"a configuration has no {', '.join(sorted(unknown))}")
    row = {
        "version": before.version + 1,
        "created_us": time.time_ns() // 1000,
        "actor": actor,
        "change": change,
        "body": json.dumps(_body(connection, before, changes), sort_keys=True, separators=(",", ":")),
    }
    connection.execute(insert(_SNAPSHOT), row)
    return before.version + 1


def content_hash(kind: str, frame: pl.DataFrame) -> str:
    """The name under which a reference table would be kept."""
    return blobs.pack(frame, SCHEMAS[kind])[0]


def _body(connection: Connection, before: Snapshot, changes: Changes) -> dict[str, Any]:
    fields: dict[str, Any] = dict(changes)
    platforms: dict[str, PlatformRule] = fields.get("platforms", before.platforms)
    senders: dict[str, tuple[str, ...]] = fields.get("senders", before.senders)
    return {
        "references": {
            kind: before.hashes[kind]
            if kind in before.hashes and kind not in fields
            else _keep(connection, kind, fields.get(kind, getattr(before, kind)))
            for kind in SCHEMAS
        },
        "senders": {platform: sorted(set(keys)) for platform, keys in senders.items()},
        "platforms": {platform: asdict(rule) for platform, rule in platforms.items()},
        "model_id": fields.get("model_id", before.model_id),
        "shadow_model_id": fields.get("shadow_model_id", before.shadow_model_id),
        "suspended": sorted(fields.get("suspended", before.suspended)),
        "alpha_open": fields.get("alpha_open", before.alpha_open),
    }


def _keep(connection: Connection, kind: str, frame: pl.DataFrame) -> str:
    sha256, body = blobs.pack(frame, SCHEMAS[kind])
    insert_new(connection, _REFERENCE.name, [{"sha256": sha256, "kind": kind, "body": body}])
    return sha256


def _reference(connection: Connection, kind: str, sha256: str | None) -> pl.DataFrame:
    if sha256 is None:  # a configuration written before there was such a table
        return pl.DataFrame(schema=SCHEMAS[kind])

    def fetch() -> pl.DataFrame:
        body = connection.execute(select(_REFERENCE.c.body).where(_REFERENCE.c.sha256 == sha256)).scalar_one()
        return blobs.unpack(bytes(body), SCHEMAS[kind])

    return _CACHE.get(kind, sha256, fetch)
