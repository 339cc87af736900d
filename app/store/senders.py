"""Whose heartbeats speak for a platform? The live keys that may post for it, as the snapshot lists them (SEMANTICS C4)."""

from __future__ import annotations

from sqlalchemy import Connection

from app.domain.cases import SANDBOX_PREFIX
from app.domain.levels import Role
from app.store import keys, snapshots


def enlist(connection: Connection, actor: str) -> int | None:
    """Publish a snapshot whose senders are the unrevoked platform keys; None if that changes nothing."""
    senders: dict[str, list[str]] = {}
    for key in keys.list_keys(connection):
        if key.role == Role.PLATFORM and key.revoked_us is None:
            # a heartbeat speaks for the platform that the key posts for: its first
            platform = f"{SANDBOX_PREFIX if key.sandbox else ''}{key.platforms[0]}"
            senders.setdefault(platform, []).append(key.key_id)
    listed = {platform: tuple(sorted(ids)) for platform, ids in sorted(senders.items())}
    if snapshots.load(connection, snapshots.newest(connection)).senders == listed:
        return None
    return snapshots.amend(connection, actor, "senders", lambda _: {"senders": listed})
