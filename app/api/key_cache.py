"""Is a key known without asking the store? For one second, so that a burst of small posts costs one query."""

from __future__ import annotations

import hashlib
from time import monotonic
from typing import Final

from sqlalchemy import Engine

from app.store import keys
from app.store.engine import read
from app.store.keys import ApiKey

FRESH_SECONDS: Final = 1.0
_MOST_KEPT: Final = 4096


class KeyCache:
    """Holds hashes of secrets only. A revoked key works for at most FRESH_SECONDS more on other processes, none on this one."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, ApiKey]] = {}

    def fresh(self, secret: str) -> ApiKey | None:
        """The key if the store named it within the last second."""
        kept = self._kept.get(_hashed(secret))
        return kept[1] if kept and monotonic() - kept[0] < FRESH_SECONDS else None

    def load(self, engine: Engine, secret: str) -> ApiKey | None:
        """The key as the store has it, revoked ones too; blocking."""
        with read(engine) as connection:
            # `find` keeps silent about revoked keys; their holders are told so, or they would look for a typing error
            key = keys.find(connection, secret) or keys.get(connection, f"key_{_hashed(secret)[:16]}")
        if key is not None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[_hashed(secret)] = (monotonic(), key)
        return key

    def forget(self) -> None:
        """After a revocation in this process."""
        self._kept.clear()


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
