"""Does the service say what is warm, and when the rest will be?"""

from __future__ import annotations

import polars as pl

from app.detection.units import calibrate
from app.detection.warmth import WARMTH_SCHEMA, days_left, warmth
from tests.detection.test_calibration import BANDS, FINE, units


def test_every_level_of_every_platform_is_counted() -> None:
    mine = units(20, 10).with_columns(platform=pl.lit("baru"))
    found = warmth(calibrate(units(60, 30), BANDS, mine), 0.01)
    assert found.schema == WARMTH_SCHEMA
    told = {(r["platform"], r["level"]): (r["units"], r["sessions"], r["warm"]) for r in found.iter_rows(named=True)}
    assert told["baru", FINE] == (200, 20, False)
    assert told["toko", "IDR|ordinary"] == told[None, "IDR|ordinary"] == (1800, 60, True)
    assert len(told) == 12
    assert found["needed"].unique().to_list() == [1000.0]


def test_the_rest_is_foretold_at_the_pace_so_far() -> None:
    found = days_left(warmth(calibrate(units(20, 10), BANDS), 0.01).filter(platform="toko"), days=4)
    state = found.filter(level="IDR|ordinary").row(0, named=True)
    assert state["days_left"] == -(-4 * 1000 // state["effective"]) - 4
    assert days_left(warmth(calibrate(units(60, 30), BANDS), 0.01), days=4)["days_left"].to_list() == [0] * 8
    assert days_left(found.drop("days_left"), days=0)["days_left"].null_count() == found.height
