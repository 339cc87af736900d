"""C3, A2. A row is late by the watermark after the record before its own; it enters its day once, until the day is sealed."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from app.store import sealed_days
from app.store.engine import read
from tests.property.rig import BIG, HOUR, MINUTE, SECOND, Rig, at
from tests.semantics.stage import NOON, beat, outcomes, rig_at, sale


def units(rig: Rig, day: int) -> int:
    with read(rig.engine) as connection:
        frame = sealed_days.load(connection, "tiktok", day, day)
    return int(frame.select(pl.col("units_milli").sum()).item())


DAY = (at(1, 12) + 7 * HOUR) // (24 * HOUR)


def test_rows_of_one_record_cannot_make_each_other_late(tmp_path: Path) -> None:
    """[By the highest time seen so far, rows of one request would be late by their place in it.]"""
    with rig_at(tmp_path) as rig:
        rig.post([sale("a", NOON), sale("b", NOON + 5 * MINUTE), sale("c", NOON + MINUTE)], at_us=NOON + 5 * MINUTE)
        rig.post([sale("d", NOON + 2 * MINUTE)], at_us=NOON + 5 * MINUTE)
        rig.drain()
        assert outcomes(rig) == (3, 0, 1, 0)


@pytest.mark.parametrize(("slice_bytes", "restart"), [(1, 1), (BIG, 0)])
def test_late_rows_enter_their_day_once(tmp_path: Path, slice_bytes: int, restart: int) -> None:
    """A late row sent twice counts once; a late repeat of a counted row not at all; what comes after 02:00 comes after the seal."""
    with rig_at(tmp_path) as rig:
        rig.post([sale("a", NOON), sale("b", NOON + SECOND)], at_us=NOON)
        for n in range(4):
            rig.post([sale(f"on-{n}", NOON + (5 + n) * MINUTE)], at_us=NOON + (5 + n) * MINUTE)
        rig.post([sale("late", NOON + 2 * SECOND), sale("e", NOON + 9 * MINUTE)], at_us=NOON + 9 * MINUTE)
        rig.post([sale("late", NOON + 2 * SECOND), sale("e", NOON + 9 * MINUTE)], at_us=NOON + 10 * MINUTE)
        rig.post([sale("a", NOON)], at_us=NOON + 11 * MINUTE)
        rig.post([sale("e", NOON + 9 * MINUTE)], at_us=NOON + 40 * MINUTE)
        rig.post([beat("hb", at(2, 2, 5))], at_us=at(2, 2, 5))
        rig.post([sale("too late", NOON + 3 * SECOND)], at_us=at(2, 2, 6))
        rig.post([beat("hc", at(2, 4))], at_us=at(2, 4))
        rig.drain(slice_bytes, restart)
        counted, _, late, _ = outcomes(rig)
        assert (counted, late) == (9, 4)
        assert units(rig, DAY) == 8_000  # a b on-0..3 e late


def test_the_late_share_of_a_session_survives_a_new_owner(tmp_path: Path) -> None:
    with rig_at(tmp_path) as rig:
        for n in range(4):
            rig.post([sale(f"on-{n}", NOON + n * 5 * MINUTE)], at_us=NOON + n * 5 * MINUTE)
        rig.drain(1, 1)
        rig.post([sale("late", NOON)], at_us=NOON + 16 * MINUTE)
        rig.drain(1, 1)
        assert rig.one("select rows, late from session_part") == [(5, 1)]
