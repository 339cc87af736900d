"""C1. The door stamps received_at into the log; occurred_at more than five minutes ahead of it is refused."""

from __future__ import annotations

from pathlib import Path

from app.log.record import unpack
from tests.property.rig import SECOND, stamp
from tests.semantics.stage import NOON, rig_at, sale


def test_the_door_s_time_is_in_the_log_and_not_the_sender_s(tmp_path: Path) -> None:
    with rig_at(tmp_path) as rig:
        rig.post([sale("a", NOON - 40 * SECOND, received_at=stamp(NOON - 30 * SECOND))], at_us=NOON)
        rows = unpack(rig.log.read(0, 1)[0].body).rows
    assert rows is not None
    assert rows["received_us"].to_list() == [NOON]
    assert rows["arrival_us"].to_list() == [NOON - 30 * SECOND]


def test_five_minutes_ahead_is_the_most(tmp_path: Path) -> None:
    with rig_at(tmp_path) as rig:
        answer = rig.post([sale("in", NOON + 300 * SECOND), sale("out", NOON + 301 * SECOND)], at_us=NOON)
    assert answer.receipt["accepted"] == 1
    assert [(r["event_id"], r["field"]) for r in answer.receipt["rejected"]] == [("out", "occurred_at")]


def test_a_file_s_own_received_at_is_what_occurred_at_may_not_run_ahead_of(tmp_path: Path) -> None:
    with rig_at(tmp_path) as rig:
        long_ago = NOON - 86_400 * SECOND
        answer = rig.post([sale("x", long_ago + 400 * SECOND, received_at=stamp(long_ago))], at_us=NOON)
    assert answer.receipt["accepted"] == 0
