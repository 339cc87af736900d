"""What does a detector cost that has nothing to do? A look at the log at the interval of the settings, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.runtime import detector_loop
from app.settings import Settings
from app.store import tables
from tests.property.rig import HOUR, SECOND, Rig, at, stamp

Event = dict[str, object]


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    opened = Rig(tmp_path, partitions=2)
    yield opened
    opened.close()


def sale(number: int, us: int) -> Event:
    return {"type": "sale", "event_id": f"e-{number}", "occurred_at": stamp(us), "session_id": f"s-{number}", "seller_id": "a",
            "product_id": f"x-{number}", "currency": "IDR", "price": 45_000, "quantity": 1}  # fmt: skip


def statements(rig: Rig) -> list[str]:
    """Every statement to the store from now on."""
    said: list[str] = []
    sa.event.listen(rig.engine, "before_cursor_execute", lambda *a: said.append(a[2]))
    return said


def test_a_turn_without_news_asks_the_store_nothing(rig: Rig) -> None:
    """[Twenty looks a second, each with a query per platform and partition: an idle service that eats a core's tenth.]"""
    rig.post([sale(n, at(1, 12) - n * SECOND) for n in range(8)], at_us=at(1, 12))
    loop = rig.drain()
    said = statements(rig)
    assert [loop.turn() for _ in range(3)] == [False] * 3
    assert said == []


def test_after_a_quiet_time_news_are_judged_ticked_and_sealed_as_ever(rig: Rig) -> None:
    rig.post([sale(n, at(1, 12) - n * SECOND) for n in range(8)], at_us=at(1, 12))
    loop = rig.drain()
    for _ in range(3):
        loop.turn()
    rig.post([sale(20, at(2, 2, 30))], at_us=at(2, 2, 30))
    rig.post([sale(21, at(2, 2, 30) + 61 * SECOND)], at_us=at(2, 2, 30) + 2 * HOUR)
    loop.drain()
    assert loop.lag() == 0
    assert [row["day"] for row in rig.rows(tables.sealed_day, "day")] != []


def test_the_wait_is_the_setting(rig: Rig) -> None:
    waits: list[float] = []
    stop = threading.Event()

    def wait(seen: int, seconds: float) -> int:
        waits.append(seconds)
        stop.set()
        return seen

    rig.log.wait = wait  # type: ignore[method-assign]
    detector_loop(Settings(home=rig.home, partitions=2, poll_interval_ms=730), rig.log, rig.engine).run(stop)
    assert waits == [0.73]
