"""C5. A day is frozen when every partition has passed 02:00; panes before 03:00 read up to the day before last; who waits reads on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.worker.sealer import seal_ready
from tests.property.rig import BIG, DAY, HOUR, MINUTE, at, finals
from tests.semantics.stage import beat, rig_at, sale

LAST = (at(1, 12) + 7 * HOUR) // DAY


@pytest.mark.parametrize(("slice_bytes", "partitions"), [(1, 1), (BIG, 1), (BIG, 3)])
def test_what_a_pane_reads_depends_on_its_time_alone(tmp_path: Path, slice_bytes: int, partitions: int) -> None:
    """[Reading whatever is sealed by then, panes before 03:00 would see the day or not by how fast the log was read.]"""
    moments = [at(1, 20), at(2, 1), at(2, 2, 30), at(2, 2, 59), at(2, 3, 1), at(2, 20)]
    with rig_at(tmp_path, partitions) as rig:
        for number, us in enumerate(moments):
            rig.post([sale(f"e-{number}", us), beat(f"h-{number}", us)], at_us=us)
        rig.post([beat("end", at(3, 4))], at_us=at(3, 4))
        rig.drain(slice_bytes)
        read = {key[5] * 10_000_000: json.loads(body) for key, body in finals(rig).items()}
        seen = {us: (read[us]["sealed_through"], read[us]["reference"]["own_days"]) for us in moments}
        assert rig.one("select day from sealed_day order by 1") == [(LAST,), (LAST + 1,)]
    early, late = (LAST - 1, 0), (LAST, 1)
    assert list(seen.values()) == [(LAST - 1, 0), early, early, early, late, late]


def test_a_partition_that_waits_for_the_seal_reads_on(tmp_path: Path) -> None:
    with rig_at(tmp_path) as rig:
        rig.post([sale("a", at(1, 20)), beat("h", at(1, 20, 1))], at_us=at(1, 20, 1))
        loop = rig.drain()
        rig.post([sale("b", at(2, 4)), beat("i", at(2, 5))], at_us=at(2, 5))
        rig.post([sale("c", at(2, 5, 30))], at_us=at(2, 5, 30))
        one = loop.detectors[0]
        while one.step():  # without the sealer
            pass
        assert one.partition.next_pos == rig.log.bounds(0)[1]
        state = one.partition.platforms["tiktok"]
        assert state.fired == at(2, 3) // 10_000_000 - 1
        assert state.open_rows.height == 3
        loop.drain()
        assert state.fired >= at(2, 5) // 10_000_000 - 1
        assert any(key[5] == at(2, 4) // 10_000_000 for key in finals(rig))


def test_the_slowest_partition_holds_the_seal(tmp_path: Path) -> None:
    with rig_at(tmp_path, 3) as rig:
        rig.post([sale("a", at(1, 20)), beat("h", at(2, 2) + MINUTE)], at_us=at(2, 2) + MINUTE)
        loop = rig.loop()
        for detector in loop.detectors[1:]:
            while detector.step():
                pass

        def ready() -> bool:
            return seal_ready(rig.engine, rig.log, [d.row for d in loop.detectors], loop._context())

        assert not ready()
        while loop.detectors[0].step():
            pass
        assert ready()
