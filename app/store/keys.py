"""Who may speak? API keys: shown once, kept as a hash, found by their secret, revoked for good."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, RowMapping, insert, select, update

from app.domain.levels import Role
from app.store import tables

PREFIX: Final = "kwl_"
_KEY = tables.api_key


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known about a key; never its secret. Times in UTC microseconds."""

    key_id: str
    name: str
    role: Role
    platforms: tuple[str, ...]
    sandbox: bool
    created_us: int
    revoked_us: int | None


def create(
    connection: Connection, *, name: str, role: Role, platforms: Sequence[str], sandbox: bool = False, now_us: int
) -> tuple[str, str]:
    """Make a key and return (key_id, secret). The secret is told here and never again."""
    secret = PREFIX + secrets.token_urlsafe(32)
    key_id = _key_id(_hash(secret))
    values = {
        "key_id": key_id,
        "secret_sha256": _hash(secret),
        "name": name,
        "role": str(role),
        "platforms": json.dumps(list(dict.fromkeys(platforms))),
        "sandbox": sandbox,
        "created_us": now_us,
        "revoked_us": None,
    }
    connection.execute(insert(_KEY), values)
    return key_id, secret


def find(connection: Connection, secret: str) -> ApiKey | None:
    """The live key with this secret; None if there is none or it was revoked."""
    if not secret.isascii():
        return None
    hashed = _hash(secret)
    found = connection.execute(select(_KEY).where(_KEY.c.key_id == _key_id(hashed))).mappings().first()
    if found is None or not hmac.compare_digest(found["secret_sha256"], hashed) or found["revoked_us"] is not None:
        return None
    return _api_key(found)


def get(connection: Connection, key_id: str) -> ApiKey | None:
    """The key by its id, revoked or not."""
    found = connection.execute(select(_KEY).where(_KEY.c.key_id == key_id)).mappings().first()
    return None if found is None else _api_key(found)


def revoke(connection: Connection, key_id: str, now_us: int) -> bool:
    """End a key from now on; False if there is no such live key."""
    ended = update(_KEY).where(_KEY.c.key_id == key_id, _KEY.c.revoked_us.is_(None)).values(revoked_us=now_us)
    return connection.execute(ended).rowcount == 1


def list_keys(connection: Connection) -> list[ApiKey]:
    """Every key, oldest first, revoked ones too."""
    return [_api_key(r) for r in connection.execute(select(_KEY).order_by(_KEY.c.created_us, _KEY.c.key_id)).mappings()]


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _key_id(hashed: str) -> str:
    # found by primary key without an index over hashes: 64 bits of the hash of 256 random bits tell nothing of the secret
    return f"key_{hashed[:16]}"


def _api_key(found: RowMapping) -> ApiKey:
    return ApiKey(
        key_id=found["key_id"],
        name=found["name"],
        role=Role(found["role"]),
        platforms=tuple(json.loads(found["platforms"])),
        sandbox=bool(found["sandbox"]),
        created_us=found["created_us"],
        revoked_us=found["revoked_us"],
    )
