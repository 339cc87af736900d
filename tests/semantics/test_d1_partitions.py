"""D1. The key names the partition, for ever; the session platform names the pair; context goes everywhere, its row to its owner."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.identity import partition_of, session_key
from app.log.port import PartitionsChanged
from app.log.sqlite import SqliteEventLog
from tests.property.nights import event
from tests.property.rig import SECOND
from tests.semantics.stage import NOON, beat, outcomes, rig_at, sale

PINS = {
    "tiktok:c-1": (3405643268, 4, 2),
    "shopee:gamis": (1669923912, 0, 0),
    "lazada:p-9": (4033307301, 5, 0),
    "tiktok:session:s-77": (3720122017, 1, 1),
}


@pytest.mark.parametrize("key", list(PINS))
def test_partitions_are_pinned(key: str) -> None:
    """[Python's own hash would send a key elsewhere after every start.]"""
    whole, of_eight, of_three = PINS[key]
    assert (partition_of(key, 2**32), partition_of(key, 8), partition_of(key, 3)) == (whole, of_eight, of_three)


def test_the_number_of_partitions_is_part_of_the_log(tmp_path: Path) -> None:
    SqliteEventLog(tmp_path / "log", 3).close()
    with pytest.raises(PartitionsChanged):
        SqliteEventLog(tmp_path / "log", 4)


def test_context_is_copied_and_the_owner_keeps_the_session_row(tmp_path: Path) -> None:
    with rig_at(tmp_path, 8) as rig:
        rig.post([event("session_started", "start", NOON, host_id="h-1"), sale("a", NOON), beat("h", NOON + SECOND)], at_us=NOON + SECOND)
        loop = rig.drain()
        held = {d.partition.number: d.partition.platforms["tiktok"].open_rows["type"].to_list() for d in loop.detectors}
        holders = [number for number, types in held.items() if "session_started" in types]
        assert holders == list(range(8))
        assert rig.one("select session_id, host_id from session") == [("s-1", "h-1")]
        assert rig.one("select sum(rows) from session_part") == [(2,)]
        assert {r[0] for r in rig.one("select partition from session_part")} == {
            partition_of("tiktok:c-1", 8), partition_of(session_key("tiktok", "s-1"), 8)
        }  # fmt: skip
        assert outcomes(rig) == (3, 0, 0, 0)


def test_one_product_under_two_keys_is_two_pairs_and_a_cross_post_belongs_to_the_session_s_platform(tmp_path: Path) -> None:
    with rig_at(tmp_path) as rig:
        answer = rig.post(
            [sale("a", NOON), sale("b", NOON, category_id="c-2"), sale("c", NOON, session_platform="shopee")], at_us=NOON + SECOND
        )
        rig.drain()
        assert any("p-1" in note for note in answer.receipt["notes"])
        keys = {r[0] for r in rig.one("select key from judgement")}
    assert keys == {"tiktok:c-1", "tiktok:c-2", "shopee:c-1"}
