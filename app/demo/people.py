"""Who takes part? An admin's key made in the store, and every other key made by that admin over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from app.demo.asking import Api
from app.demo.samples import LIVE, MARKET
from app.demo.screen import Screen
from app.domain.levels import Role
from app.runtime import now_us, open_store
from app.settings import Settings
from app.store import keys
from app.store.engine import write

_BOTH: Final = [LIVE, MARKET]
_NEW: Final[dict[str, dict[str, Any]]] = {
    "live": {"name": "pasar-live", "role": Role.PLATFORM, "platforms": [LIVE]},
    "market": {"name": "pasar-sayur", "role": Role.PLATFORM, "platforms": [MARKET]},
    "sandbox": {"name": "pasar-live, uji coba", "role": Role.PLATFORM, "platforms": [LIVE], "sandbox": True},
    "analyst": {"name": "analis satu", "role": Role.ANALYST, "platforms": _BOTH},
    "approver": {"name": "penyetuju", "role": Role.APPROVER, "platforms": _BOTH},
    "authority": {"name": "KPPU, invented for the demonstration", "role": Role.AUTHORITY},
}


@dataclass(frozen=True, slots=True)
class People:
    """Secrets of the keys, by the part that their holder plays."""

    admin: str
    live: str
    market: str
    sandbox: str
    analyst: str
    approver: str
    authority: str

    def platform_key(self, platform: str) -> str:
        """The live key of one of the two platforms."""
        return self.live if platform == LIVE else self.market


def first_admin(settings: Settings) -> str:
    """The key that no API can make; as `kawal keys create --role admin` does, before the service runs."""
    engine = open_store(settings)
    with write(engine) as connection:
        _, secret = keys.create(connection, name="admin", role=Role.ADMIN, platforms=(), now_us=now_us())
    engine.dispose()
    return secret


def everyone(url: str, admin: str, screen: Screen) -> People:
    """The other keys; platform keys are listed as senders at once (C4)."""
    with Api(url, admin) as api:
        made = {part: api.post("/v1/keys", body) for part, body in _NEW.items()}
    rows = [
        [part, key["name"], key["role"], ", ".join(key["platforms"]) or "–", "sandbox" if key["sandbox"] else "live"]
        for part, key in made.items()
    ]
    screen.table(["part", "name", "role", "platforms", "kind"], rows, "keys (shown once, kept as hashes)")
    return People(admin=admin, **{part: key["secret"] for part, key in made.items()})


def key_file(home: Path) -> Path:
    """Where the service keeps the key that signs webhooks."""
    return home / "keys" / "referral_ed25519.key"
