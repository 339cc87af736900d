"""What the tests of time and state share: short events, clocks without a log, sums over what was counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from app.windows.watermark import PlatformClock
from tests.property.nights import goods
from tests.property.rig import SECOND, Event, Rig, at, made_up_forest, stamp

NOON = at(1, 12)


def sale(name: str, us: int, **changes: Any) -> Event:
    head = {"type": "sale", "event_id": name, "occurred_at": stamp(us), "session_id": "s-1"}
    return head | goods("toko-1", "p-1", "c-1", 20_000, quantity=1) | changes


def price(name: str, us: int, **changes: Any) -> Event:
    made = sale(name, us, type="price", list_price=50_000) | changes
    del made["quantity"]
    return made


def beat(name: str, us: int) -> Event:
    return {"type": "heartbeat", "event_id": name, "occurred_at": stamp(us)}


@contextmanager
def rig_at(home: Path, partitions: int = 1, **changes: Any) -> Iterator[Rig]:
    """A rig with a published configuration."""
    with made_up_forest():
        rig = Rig(home, partitions)
        rig.configure(**({"model_id": "made-up", "senders": {"tiktok": ("k",)}} | changes))
        yield rig
        rig.close()


def outcomes(rig: Rig) -> tuple[int, int, int, int]:
    """(counted, duplicate, late, skipped) over the whole log."""
    return tuple(rig.one("select sum(counted), sum(duplicate), sum(late), sum(skipped) from record_count")[0])  # type: ignore[return-value]


def clock_of(times: Iterable[Iterable[int]]) -> PlatformClock:
    """A clock that has counted the records' times (seconds)."""
    clock = PlatformClock()
    for record in times:
        clock.count(np.array(sorted(record), dtype=np.int64) * SECOND)
    return clock
