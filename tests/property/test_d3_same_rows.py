"""D3 (ii). The same rows, none late, give byte-equal finals whatever the order, batches, repeats and partitions.

A clock that is four minutes fast makes nobody late.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.domain.time import iso
from tests.property.nights import Posted, batches, goods, references, two_evenings
from tests.property.rig import BIG, MINUTE, SECOND, Rig, at, made_up_forest, same, verdicts

pytestmark = pytest.mark.slow


ROWS = [p for p in two_evenings(seed=3, disordered=False) if p.event.get("session_id") != "s-next"]


def reordered(seed: int) -> list[Posted]:
    """Every event (not the heartbeats) up to 20 seconds later than before."""
    chance = random.Random(seed)
    delays = [0 if p.event["type"] == "heartbeat" else round(chance.uniform(0, 20) * SECOND) for p in ROWS]
    moved = [Posted(p.at_us + delay, p.event, p.platform) for p, delay in zip(ROWS, delays, strict=True)]
    return sorted(moved, key=lambda p: p.at_us)


def worked(
    home: Path, posted: list[Posted], *, partitions: int = 1, seconds: int = 60, twice: bool = False, every: int = 0
) -> dict[str, Any]:
    """Post in batches, each perhaps twice, working `every` so many batches or at the end; what came out."""
    rig = Rig(home, partitions)
    rig.configure(model_id="made-up", senders={"tiktok": ("k",)}, **references())
    loop = rig.loop()
    for number, (moment, platform, events) in enumerate(batches(posted, seconds)):
        chance = random.Random(number)
        for _ in range(1 + twice):
            chance.shuffle(events)
            rig.post(events, at_us=moment, platform=platform)
        if every and number % every == 0:
            loop.turn()
    loop.drain()
    outcomes = rig.one("select sum(counted), sum(duplicate), sum(late), sum(skipped) from record_count")[0]
    counted, duplicate, late, skipped = outcomes
    assert counted == len(ROWS)  # every event once, session rows in their owner's partition only
    assert duplicate + late == len(ROWS) * twice  # a repeat may come so late that it is late; never an event itself
    assert skipped == 0
    found = verdicts(rig)
    rig.close()
    return found


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    with made_up_forest():
        yield worked(tmp_path_factory.mktemp("rows") / "first", ROWS)


def test_the_rows_hold_what_they_should(wanted: dict[str, Any]) -> None:
    assert {finding["legal_level"] for finding in wanted["finding"].values()} == {0, 3, 4}
    assert len(wanted["sealed_day"]) >= 1


WAYS = [
    pytest.param({"seconds": 25}, 7, id="other order and batches"),
    pytest.param({"twice": True}, 0, id="every batch twice"),
    pytest.param({"partitions": 3, "seconds": 40}, 8, id="three partitions"),
    pytest.param({"partitions": 8, "twice": True, "every": 9}, 9, id="eight partitions, worked as it comes, twice"),
]


@pytest.mark.parametrize(("way", "seed"), WAYS)
def test_another_way(tmp_path: Path, wanted: dict[str, Any], way: dict[str, Any], seed: int) -> None:
    same(worked(tmp_path / "home", reordered(seed) if seed else ROWS, **way), wanted)


def fast_and_true(rig: Rig, *, file: bool) -> tuple[int, int]:
    """Two senders of one platform, one four minutes fast: as it happens, or from a file read days later. (Rows, late by a naive clock.)"""
    begin, naive, highest, total = at(1, 20), 0, 0, 0
    rig.now_us = at(4, 9) if file else begin
    for number in range(30):
        true = begin + number * 30 * SECOND
        fast = number % 2 == 0
        us = true + (4 * MINUTE if fast else 0)
        event = {"type": "sale", "event_id": f"e-{number}", "occurred_at": iso(us), "session_id": f"s-{fast}"}
        event |= goods("toko-1", f"p-{fast}", "c-1", 20_000, quantity=1)
        if file:
            event["received_at"] = iso(true + 2 * SECOND)
        rig.post([event], at_us=None if file else true + 2 * SECOND, key=f"k-{fast}")
        naive += us < highest - MINUTE
        highest, total = max(highest, us), total + 1
    return total, naive


@pytest.mark.parametrize("file", [False, True], ids=["as it happens", "from a file"])
@pytest.mark.parametrize("slice_bytes", [1, BIG])
def test_a_clock_four_minutes_fast_makes_nobody_late(tmp_path: Path, file: bool, slice_bytes: int) -> None:
    rig = Rig(tmp_path / "home")
    total, naive = fast_and_true(rig, file=file)
    rig.drain(slice_bytes)
    assert naive > 10  # the highest occurred_at alone would have made the true clock late
    assert rig.one("select sum(counted), sum(late) from record_count") == [(total, 0)]
    rig.close()
