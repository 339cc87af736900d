"""Does p mean what it says? Against counting by hand; it never rises; too few sessions are said, not guessed."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.detection.bands import Bands
from app.detection.calibration import NOT_ENOUGH, OK, Calibration, Stratum, judge_novelty, quantile_score, running_p
from app.detection.strata import stratum
from app.detection.units import calibrate, effective, units_of
from tests.detection.synthetic import rows

SCORE = st.integers(0, 40).map(lambda i: i / 8)
BANDS = Bands({"IDR": (10.0, 20.0, 30.0)})
FINE = "IDR|ordinary|mid|1|3"


def units(sessions: int, pairs: int, stratum: str = FINE, seed: int = 0, shared: float = 0.0) -> pl.DataFrame:
    draw = np.random.default_rng(seed)
    n = sessions * pairs
    evening = np.repeat(draw.normal(0, 1, sessions), pairs)
    return pl.DataFrame(
        {
            "platform": ["toko"] * n,
            "session_id": [f"{stratum}-{i // pairs}" for i in range(n)],
            "seller_id": ["m"] * n,
            "product_id": [f"p{i % pairs}" for i in range(n)],
            "key": ["toko:shirt"] * n,
            "stratum": [stratum] * n,
            "maximum": np.sqrt(shared) * evening + np.sqrt(1 - shared) * draw.normal(0, 1, n),
        }
    )


def judged(calibration: Calibration, alpha: float, **columns: list[object]) -> pl.DataFrame:
    return judge_novelty(pl.DataFrame(columns, schema_overrides={"running_max": pl.Float64()}), calibration, alpha)


@given(st.lists(SCORE, min_size=1, max_size=60), st.lists(SCORE, min_size=1, max_size=10), st.floats(0.001, 1.0))
def test_p_and_its_quantile_count_what_they_say(past: list[float], now: list[float], alpha: float) -> None:
    held = Stratum(np.array(sorted(past)), sessions=1, effective=1.0)
    p = running_p(np.array(now), held)
    assert p.tolist() == [(1 + sum(c >= m for c in past)) / (len(past) + 1) for m in now]
    opens = quantile_score(alpha, held)
    assert [m > opens for m in now] == [q <= alpha for q in p]


@given(st.lists(SCORE, min_size=1, max_size=30), st.lists(SCORE, min_size=2, max_size=20))
def test_p_never_rises_while_a_session_runs(past: list[float], scores: list[float]) -> None:
    held = Stratum(np.array(sorted(past)), sessions=1, effective=1.0)
    assert (np.diff(running_p(np.maximum.accumulate(scores), held)) <= 0).all()


def test_level_is_chosen_from_counts_and_backs_off_to_parents() -> None:
    sparse = units(40, 5, "IDR|ordinary|long|1|3", seed=1)
    calibration = calibrate(pl.concat([units(60, 30), sparse]), BANDS)
    found = judged(
        calibration,
        0.01,
        stratum=[FINE, "IDR|ordinary|mid|2|0", "IDR|ordinary|long|1|3", "IDR|11.11|mid|1|3", "CNY|ordinary|mid|1|3"],
        running_max=[2.0, 2.0, 99.0, 99.0, 99.0],
    )
    assert found["calibration_level"].to_list() == [FINE, "IDR|ordinary|mid", "IDR|ordinary", None, None]
    assert found["calibration"].to_list() == [OK, OK, OK, NOT_ENOUGH, NOT_ENOUGH]
    assert found["p_value"].is_null().to_list() == [False, False, False, True, True]
    assert found["p_value"][2] == 1 / (60 * 30 + 40 * 5 + 1)
    assert found["open_score"].is_null().to_list() == found["close_score"].is_null().to_list() == [False] * 3 + [True] * 2
    assert (found["close_score"] < found["open_score"]).drop_nulls().all()


def test_fewer_than_thirty_sessions_are_not_enough_however_many_pairs() -> None:
    assert judged(calibrate(units(29, 200), BANDS), 0.01, stratum=[FINE], running_max=[9.0])["calibration"].item() == NOT_ENOUGH
    assert judged(calibrate(units(30, 200), BANDS), 0.01, stratum=[FINE], running_max=[9.0])["calibration"].item() == OK


def test_a_smaller_alpha_needs_more_units() -> None:
    calibration = calibrate(units(60, 30), BANDS)
    for alpha, answer in ((0.01, OK), (0.005, NOT_ENOUGH)):
        assert judged(calibration, alpha, stratum=[FINE], running_max=[1.0])["calibration"].item() == answer


def test_no_price_yet_no_p_but_thresholds() -> None:
    found = judged(calibrate(units(60, 30), BANDS), 0.01, stratum=[FINE], running_max=[None])
    assert found["p_value"].item() is None
    assert found["open_score"].item() is not None


def test_pairs_of_one_evening_count_less_when_they_move_together() -> None:
    apart, together = (effective(units(300, 8, seed=2, shared=s), 300) for s in (0.0, 0.6))
    assert 300 <= together < apart <= 2400
    assert apart > 0.8 * 2400
    flat = units(40, 5).with_columns(maximum=pl.lit(0.0))
    assert effective(flat, 40) == 40


def test_strata_speak_only_of_what_is_fixed_before_the_start() -> None:
    read = set(stratum(BANDS).meta.root_names())
    assert read == {"currency", "campaign", "seller_usual_minutes", "own_median_list", "session_hour"}
    named = rows(
        campaign=[None, "pay|day", None],
        seller_usual_minutes=[45, 240, None],
        own_median_list=[10.0, 31.0, None],
        session_hour=[19, 5, 12],
    ).select(stratum(BANDS))
    assert named.to_series().to_list() == ["IDR|ordinary|short|0|3", "IDR|pay/day|long|3|0", "IDR|ordinary|unknown|unknown|2"]


def test_a_unit_is_the_maximum_of_a_pair_under_its_first_stratum() -> None:
    ids = {"platform": "t", "session_id": "s", "seller_id": "m", "key": "k"}
    scored = rows(
        **{name: [value] * 4 for name, value in ids.items()},
        product_id=["a", "a", "a", "b"],
        pane=[3, 1, 2, 1],
        own_median_list=[99.0, 15.0, 99.0, 15.0],
        session_hour=[19] * 4,
        anomaly_score=[0.5, None, 0.9, None],
    )
    found = units_of(scored, BANDS)
    assert found.select("product_id", "stratum", "maximum").rows() == [("a", "IDR|ordinary|unknown|1|3", 0.9)]


@pytest.mark.parametrize("rho", [0.0, 0.3])
def test_normal_pairs_ever_open_at_alpha_and_losses_still_open(rho: float) -> None:
    """Calibration and test redrawn 30 times; p at a session's end is its lowest, so this counts openings at any moment."""
    normal, planted = [], []
    for seed in range(30):
        calibration = calibrate(units(400, 8, seed=seed, shared=rho), BANDS)
        test = units(200, 8, seed=1000 + seed, shared=rho)
        for found, raised in ((normal, 0.0), (planted, 3.2)):
            p = judged(calibration, 0.01, stratum=[FINE] * test.height, running_max=(test["maximum"] + raised).to_list())["p_value"]
            found.append((p <= 0.01).mean())
    assert np.mean(normal) <= 0.01 + 3 * np.std(normal) / np.sqrt(len(normal))
    assert np.mean(planted) >= 0.6
