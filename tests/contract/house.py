"""What do the tests of the door share? A standing clock, small limits, keys and a good event to change."""

from __future__ import annotations

from typing import Any

from app.api.services import Services
from app.domain.levels import Role
from app.store import keys
from app.store.engine import write

NOW_US = 1_794_407_500_000_000  # 2026-11-11T21:31:40+07:00
LIMIT = 200_000
INFLATED = 400_000


def new_key(
    services: Services, role: Role = Role.PLATFORM, platforms: tuple[str, ...] = ("tiktok",), sandbox: bool = False
) -> tuple[str, str]:
    with write(services.engine) as connection:
        return keys.create(connection, name="test", role=role, platforms=platforms, sandbox=sandbox, now_us=NOW_US)


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}", "X-Request-Id": "test"}


def event(**changes: Any) -> dict[str, Any]:
    """A good price event, changed."""
    good = {
        "type": "price",
        "event_id": "e-1",
        "occurred_at": "2026-11-11T20:00:01.000+07:00",
        "session_id": "s-77",
        "seller_id": "toko-1",
        "product_id": "p-9",
        "currency": "IDR",
        "price": 45000,
    }
    return {**good, **changes}


def logged(services: Services) -> int:
    """How many records the log holds."""
    return sum(services.log.bounds(p)[1] - services.log.bounds(p)[0] for p in range(services.log.partitions))
