"""C4. Panes close without waiting up to the lowest last heartbeat of all listed keys; idle partitions move by ticks; ends close nothing."""

from __future__ import annotations

from pathlib import Path

from app.log.record import unpack
from tests.property.nights import event
from tests.property.rig import MINUTE, SECOND, Rig
from tests.semantics.stage import NOON, beat, rig_at, sale


def mark(rig: Rig, partition: int = 0) -> int | None:
    loop = rig.drain()
    return loop.detectors[partition].partition.platforms["tiktok"].clock.watermark_us


def test_the_slowest_key_speaks_for_all(tmp_path: Path) -> None:
    """[One key's heartbeat alone would close the panes of a sender that has not finished.]"""
    with rig_at(tmp_path, senders={"tiktok": ("k", "slow")}) as rig:
        rig.post([sale("a", NOON), sale("b", NOON + SECOND)], at_us=NOON + 10 * MINUTE)
        rig.post([beat("h1", NOON + 5 * MINUTE)])
        assert mark(rig) == NOON + SECOND - MINUTE  # the other has sent none: the lateness applies
        rig.post([beat("h2", NOON + 2 * MINUTE)], key="slow")
        assert mark(rig) == NOON + 2 * MINUTE


def test_heartbeats_go_to_every_partition_and_are_counted_once(tmp_path: Path) -> None:
    with rig_at(tmp_path, 3) as rig:
        rig.post([sale("a", NOON), beat("h", NOON + MINUTE)], at_us=NOON + 2 * MINUTE)
        loop = rig.drain()
        assert {d.partition.platforms["tiktok"].clock.watermark_us for d in loop.detectors} == {NOON + MINUTE}
        assert rig.one("select sum(counted), sum(duplicate) from record_count") == [(2, 0)]


def test_the_end_of_a_session_closes_no_pane(tmp_path: Path) -> None:
    with rig_at(tmp_path) as rig:
        rig.post([sale("a", NOON), event("session_ended", "end", NOON + SECOND)], at_us=NOON + 10 * MINUTE)
        assert mark(rig) == NOON + SECOND - MINUTE


def test_idle_partitions_move_by_counted_times_only(tmp_path: Path) -> None:
    """[A clock read in a room would move them past rows that are still under way.]"""
    with rig_at(tmp_path, 3, senders={}) as rig:
        rig.post([sale("a", NOON), sale("b", NOON + MINUTE)], at_us=NOON + 3600 * SECOND)
        loop = rig.drain()
        kinds = [unpack(r.body) for p in range(3) for r in rig.log.read(p, 0)]
        ticks = [u.control for u in kinds if u.header.kind == "tick"]
        assert {t["counted_us"] for t in ticks if t} == {NOON + MINUTE}
        assert {d.partition.platforms["tiktok"].clock.watermark_us for d in loop.detectors} == {NOON}
        before = [rig.log.bounds(p) for p in range(3)]
        loop.drain()
        assert [rig.log.bounds(p) for p in range(3)] == before  # nobody is behind: no more ticks
