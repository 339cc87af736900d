"""When is a unit over, and whose day is it? At its session's end, at the latest 24 hours after its first row (decision 011)."""

from __future__ import annotations

import polars as pl
import pytest

from app.domain.time import DAY_US, HOUR_US, JAKARTA_OFFSET_US, PANE_US, day_start_us
from app.windows.units import minutes, unit_day, unit_over

BEGIN = day_start_us(20_768) + 20 * HOUR_US


@pytest.mark.parametrize(
    ("ended", "day"),
    [(2 * HOUR_US, 20_768), (4 * HOUR_US, 20_769), (None, 20_769), (30 * HOUR_US, 20_769), (DAY_US, 20_769)],
    ids=["before midnight", "at midnight", "never told", "longer than a day", "just a day"],
)
def test_the_day_of_a_unit(ended: int | None, day: int) -> None:
    told = pl.DataFrame(
        {"first_us": [BEGIN], "ended_us": [None if ended is None else BEGIN + ended]}, schema_overrides={"ended_us": pl.Int64}
    )
    assert told.select(unit_day(JAKARTA_OFFSET_US)).item() == day


def test_what_comes_after_tests_nothing() -> None:
    panes = [BEGIN // PANE_US + after for after in (0, 1, DAY_US // PANE_US - 1, DAY_US // PANE_US)]
    finals = pl.DataFrame({"pane": panes, "after_end": [False, True, False, False], "first_us": BEGIN})
    assert finals.select(unit_over().alias("over"))["over"].to_list() == [False, True, False, True]
    unknown = finals.with_columns(pl.lit(None, pl.Int64).alias("first_us"))
    assert unknown.select(unit_over().alias("over"))["over"].to_list() == [False, True, False, False]


def test_minutes_need_both_ends_in_order() -> None:
    told = pl.DataFrame({"started_us": [0, None, 9_000_000_000], "ended_us": [3_659_000_000, 60_000_000, 60_000_000]})
    assert told.select(minutes().alias("m"))["m"].to_list() == [60, None, None]
