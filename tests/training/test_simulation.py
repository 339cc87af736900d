"""Does the simulation draw what it says, and can its checks fail? The whole run is `kawal evaluate --set simulation`."""

from __future__ import annotations

import numpy as np
import pytest

from app.training.evaluate.simulation import CLEAN, Size, checks, simulate
from app.training.evaluate.simulation_traffic import DURATION, LIFT, draw_traffic, lifted, maxima, series


def test_sessions_are_as_long_and_as_wide_as_asked() -> None:
    drawn = draw_traffic(np.random.default_rng(1), 400, "t")
    pairs = np.bincount(drawn.session)
    assert (drawn.length.min(), drawn.length.max()) == (8, 240)
    assert (pairs.min(), pairs.max()) == (1, 40)
    assert (np.diff(drawn.length) <= 0).all()
    assert drawn.about.unique().height == drawn.about.height == len(drawn.length)


@pytest.mark.parametrize("rho", [0.3, 0.6])
def test_pairs_of_a_session_share_its_effect(rho: float) -> None:
    drawn = draw_traffic(np.random.default_rng(2), 3000, "t")
    first = series(np.random.default_rng(3), drawn, rho)[:, 0]
    assert np.std(first) == pytest.approx(1, abs=0.03)
    pair = np.flatnonzero(np.diff(drawn.session) == 0)[::7]
    assert np.corrcoef(first[pair], first[pair + 1])[0, 1] == pytest.approx(rho, abs=0.06)


def test_maxima_are_those_of_the_series() -> None:
    drawn = draw_traffic(np.random.default_rng(4), 50, "t")
    plain = series(np.random.default_rng(5), drawn, 0.3)
    highest, raised = maxima(np.random.default_rng(5), drawn, 0.3)
    assert np.array_equal(np.nanmax(plain, axis=1), highest)
    assert np.array_equal(np.nanmax(lifted(plain, drawn, 1.0), axis=1), raised)
    assert np.isnan(plain).sum() == (240 - drawn.length).sum() - (240 - drawn.length.max()) * len(drawn.length)
    more = lifted(plain, drawn, 1.0) - plain
    assert np.nansum(more > 0, axis=1).tolist() == np.minimum(drawn.length, DURATION).tolist()
    assert np.nanmax(more) == pytest.approx(LIFT, rel=1e-5)
    assert np.array_equal(lifted(plain, drawn, 0.0), plain, equal_nan=True)


def test_a_small_run_says_everything_and_opens_as_p_says() -> None:
    size = Size(days=2, null_days=6, calibration_sessions=900, sessions=30, spells=4)
    found = simulate(size, seed=1)
    assert found == simulate(size, seed=1)
    assert {r["calibration"] for r in found["rows"]} == {CLEAN, "contaminated", "top 1% resolved", "top 2% resolved"}
    assert [r["days"] for r in found["null"]] == [3, 3, 6]
    held = {c["figure"]: c for c in found["checks"]}
    assert held["openings that p does not explain"]["value"] == held["spells that open other pairs"]["value"] == 0
    assert found["spells"]["compared"] > 0


def test_silence_fails() -> None:
    found = simulate(Size(days=2, null_days=4, calibration_sessions=40, sessions=10, spells=1), seed=1)
    recall = next(c for c in found["checks"] if c["figure"].startswith("recall"))
    assert (recall["value"], recall["holds"]) == (0.0, False)
    assert checks(found["rows"], found["null"], found["spells"]) == found["checks"]
