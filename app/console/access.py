"""Who reads the console? The holder of a signed cookie made from a key, or anyone on this machine where that was switched on."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from starlette.requests import Request

from app.api.auth import sandboxed
from app.api.services import Services
from app.domain.levels import Role
from app.store import keys
from app.store.engine import read
from app.store.keys import ApiKey

COOKIE: Final = "kawal_console"
LASTS_SECONDS: Final = 12 * 3600
ROLES: Final = frozenset({Role.ANALYST, Role.APPROVER, Role.OBSERVER, Role.ADMIN})
"""As /v1/findings: a platform's key posts and reads by the API, it does not see findings here."""


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a page is made. `platforms` None: all of them; no name: the console is open on this machine."""

    name: str
    platforms: tuple[str, ...] | None

    def sees(self, platform: str) -> bool:
        """Whether a platform's rows are open to this reader."""
        return self.platforms is None or platform in self.platforms


def reader_of(request: Request, services: Services) -> Reader | None:
    """The reader of a request; asked of the store every time, so that a revoked key ends its session at once."""
    if services.settings.console_open and named_here(request.url.hostname):
        return Reader("", None)
    key_id = opened(services.secret, request.cookies.get(COOKIE, ""), services.clock())
    if key_id is None:
        return None
    with read(services.engine) as connection:
        key = keys.get(connection, key_id)
    return None if key is None else reader_for(key)


def reader_for(key: ApiKey) -> Reader | None:
    """The reader behind a key, if it is alive and its role may look."""
    if key.revoked_us is not None or key.role not in ROLES:
        return None
    if key.role is Role.ADMIN:
        return Reader(key.name, None)
    return Reader(key.name, tuple(sandboxed(p) for p in key.platforms) if key.sandbox else tuple(key.platforms))


def named_here(hostname: str | None) -> bool:
    """Whether the address bar names this machine: a foreign name that resolves to it (DNS rebinding) does not open the console."""
    try:
        return hostname == "localhost" or ip_address(hostname or "").is_loopback
    except ValueError:
        return False


def sealed(secret: bytes, key_id: str, now_us: int) -> str:
    """The cookie of a key: its id and when it ends, signed. The key itself is not in it."""
    payload = json.dumps([key_id, now_us + LASTS_SECONDS * 1_000_000], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_tag(secret, payload) + payload).decode().rstrip("=")


def opened(secret: bytes, cookie: str, now_us: int) -> str | None:
    """The key id in a cookie; None if it was altered or is over."""
    try:
        raw = base64.b64decode(cookie.encode("ascii") + b"=" * (-len(cookie) % 4), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
    tag, payload = raw[:32], raw[32:]
    if not hmac.compare_digest(tag, _tag(secret, payload)):
        return None
    key_id, ends_us = json.loads(payload)
    return str(key_id) if now_us < ends_us else None


def _tag(secret: bytes, payload: bytes) -> bytes:
    return hmac.new(secret, b"console\0" + payload, hashlib.sha256).digest()


def from_elsewhere(request: Request) -> bool:
    """Whether a form was posted from another site (CSRF): browsers say so themselves, and a page cannot forge it."""
    said = request.headers.get("sec-fetch-site")
    if said is not None:
        return said not in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is not None and origin.partition("://")[2] != request.headers.get("host")
