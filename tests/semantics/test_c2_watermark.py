"""C2. The watermark: highest counted time or log time, whichever is lower, less the lateness; a far row needs a second witness."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.property.rig import MINUTE, SECOND, stamp
from tests.semantics.stage import NOON, beat, clock_of, outcomes, rig_at, sale

JUMP = 600
TIMES = st.lists(st.integers(0, 6_000), min_size=1, max_size=12, unique=True)


def brute(times: list[int]) -> int | None:
    """The highest t that counts: reached from below in steps of at most ten minutes, or with another less than ten minutes away."""
    counted: set[int] = set()
    while True:
        top = max(counted, default=None)
        for t in sorted(set(times) - counted):
            near = top is not None and t <= top + JUMP
            beyond = [u for u in times if u != t and (top is None or u > top + JUMP) and abs(u - t) < JUMP]
            if near or beyond:
                counted.add(t)
                break
        else:
            return top


@given(TIMES, st.randoms(), st.integers(1, 4))
def test_counted_time_is_the_same_in_any_order_and_batches(times: list[int], chance: object, size: int) -> None:
    wanted = brute(times)
    shuffled = list(times)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    whole = clock_of([times]).counted_us
    parts = clock_of(shuffled[i : i + size] for i in range(0, len(shuffled), size)).counted_us
    assert whole == parts == (None if wanted is None else wanted * SECOND)


@given(TIMES)
def test_more_rows_never_turn_it_back(times: list[int]) -> None:
    reached = [clock_of([[t] for t in times[: n + 1]]).counted_us or -1 for n in range(len(times))]
    assert reached == sorted(reached)


def test_one_wrong_year_made_a_file_late(tmp_path: Path) -> None:
    """[The highest occurred_at alone makes every row after the wrong one late; here none is, and a repeat is no second witness.]"""
    wrong = sale("wrong", NOON - MINUTE)
    rows = [sale(f"e-{n}", NOON - 400 * 86_400 * SECOND + n * MINUTE) for n in range(10)]
    posted = [*rows[:3], wrong, wrong | {"event_id": "wrong"}, *rows[3:]]
    with rig_at(tmp_path) as rig:
        for event in posted:
            rig.post([event], at_us=NOON)
        rig.drain(1)
        assert outcomes(rig) == (11, 1, 0, 0)
    assert all(row["occurred_at"] < stamp(NOON - 2 * MINUTE) for row in rows[3:])  # naive: all late


@pytest.mark.parametrize("slice_bytes", [1, 10**7])
def test_a_reused_id_is_no_second_witness_whatever_the_slice(tmp_path: Path, slice_bytes: int) -> None:
    far = NOON + 20 * MINUTE
    with rig_at(tmp_path) as rig:
        rig.post([sale("a", NOON), sale("b", NOON + SECOND)], at_us=NOON + 30 * MINUTE)
        for _ in range(2):
            rig.post([sale("b", far)])
        rig.post([sale("c", NOON + 2 * SECOND)])
        rig.drain(slice_bytes)
        assert outcomes(rig) == (3, 0, 0, 2)


def test_a_heartbeat_is_a_witness(tmp_path: Path) -> None:
    with rig_at(tmp_path, senders={}) as rig:
        rig.post([sale("a", NOON), sale("b", NOON + SECOND)], at_us=NOON + 30 * MINUTE)
        rig.post([sale("far", NOON + 20 * MINUTE)])
        loop = rig.drain()
        clock = loop.detectors[0].partition.platforms["tiktok"].clock
        assert clock.counted_us == NOON + SECOND
        rig.post([beat("hb", NOON + 21 * MINUTE)])
        rig.post([sale("c", NOON + 20 * MINUTE + SECOND)])
        loop.drain()
        assert clock.counted_us == NOON + 20 * MINUTE + SECOND


def test_log_time_bounds_it_and_a_file_s_received_at_takes_its_place_until_live_rows_come(tmp_path: Path) -> None:
    with rig_at(tmp_path, senders={}) as rig:
        rig.post([sale("a", NOON + 240 * SECOND), sale("b", NOON + 239 * SECOND)], at_us=NOON)
        loop = rig.drain()
        clock = loop.detectors[0].partition.platforms["tiktok"].clock
        assert clock.watermark_us == NOON - MINUTE
        later = NOON + 60 * MINUTE
        rig.post([sale("c", NOON + 500 * SECOND, received_at=stamp(NOON + 300 * SECOND))], at_us=later)
        loop.drain()
        assert clock.watermark_us == NOON + 240 * SECOND
        rig.post([sale("d", NOON + 900 * SECOND)], at_us=later + SECOND)  # live again: a stale received_at would hold it for ever
        loop.drain()
        assert clock.watermark_us == NOON + 840 * SECOND
