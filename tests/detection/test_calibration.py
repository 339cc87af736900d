"""Does p mean what it says? Against counting by hand; it never rises; too few sessions are said, not guessed."""

from __future__ import annotations

import random

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.detection.bands import Bands
from app.detection.calibration import NOT_ENOUGH, OK, Calibration, Stratum, judge_novelty, quantile_score, running_p
from app.detection.cells import effective
from app.detection.strata import stratum
from app.detection.units import calibrate, units_of
from app.domain.calibrated import BORROWED, NO_LIKE_DAY, SUSPENDED
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


def judged(calibration: Calibration, alpha: float, *suspended: str, platform: str = "toko", **columns: list[object]) -> pl.DataFrame:
    frame = pl.DataFrame(columns, schema_overrides={"running_max": pl.Float64(), "stratum": pl.String()}).with_columns(
        platform=pl.lit(platform)
    )
    return judge_novelty(frame, calibration, alpha, frozenset(suspended))


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


MID = pl.concat([units(60, 30), units(60, 30, "IDR|ordinary|mid|2|3", seed=1)])


def test_a_pair_is_compared_with_its_own_cell() -> None:
    found = judged(
        calibrate(MID, BANDS),
        0.01,
        stratum=[
            FINE,
            "IDR|ordinary|mid|2|0",
            "IDR|ordinary|mid|0|1",
            "IDR|ordinary|long|1|3",
            "IDR|11.11|mid|1|3",
            "CNY|ordinary|mid|1|3",
        ],
        running_max=[2.0] * 6,
    )
    cells = [FINE, "IDR|ordinary|mid|2", "IDR|ordinary|mid", "IDR|ordinary", None, None]
    assert found["calibration_level"].to_list() == cells
    assert found["calibration"].to_list() == [OK] * 4 + [NO_LIKE_DAY, NOT_ENOUGH]
    silent = [False] * 4 + [True] * 2
    assert all(found[c].is_null().to_list() == silent for c in ("p_value", "open_score", "close_score"))
    assert (found["close_score"] < found["open_score"]).drop_nulls().all()


def test_thin_levels_keep_company_and_nobody_else_reads_the_whole() -> None:
    """Long sessions alone are too few: they are compared together with the mid ones, who then read no cell of their own."""
    sparse = units(40, 5, "IDR|ordinary|long|1|3", seed=1)
    calibration = calibrate(pl.concat([units(60, 30, "IDR|ordinary|short|1|3"), units(50, 30), sparse]), BANDS)
    found = judged(calibration, 0.01, stratum=["IDR|ordinary|short|1|3", FINE, "IDR|ordinary|long|1|3"], running_max=[99.0] * 3)
    assert found["calibration_level"].to_list() == ["IDR|ordinary|short|1|3", "IDR|ordinary|rest", "IDR|ordinary|rest"]
    assert found["p_value"].to_list() == [1 / 1801, 1 / (50 * 30 + 40 * 5 + 1), 1 / (50 * 30 + 40 * 5 + 1)]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xy"), st.integers(30, 60), st.integers(1, 9)), min_size=1, max_size=6))
def test_cells_share_the_units_out(parts: list[tuple[str, str, int, int]]) -> None:
    """Every past unit lies in exactly the cell that speaks for pairs like it, so cells hold each unit once."""
    made = pl.concat([units(n, k, f"IDR|ordinary|{a}|{b}|{i}", seed=i) for i, (a, b, n, k) in enumerate(parts)])
    calibration = calibrate(made, BANDS)
    found = judged(calibration, 0.05, stratum=made["stratum"].to_list(), running_max=[0.0] * made.height)
    own, _ = calibration.cells(0.05)
    held = {cell.name.partition(":")[2]: len(cell.held.maxima) for cell in own.values()}
    spoken = found.drop_nulls("calibration_level").group_by("calibration_level").len()
    assert {name: held[name] for name in spoken["calibration_level"]} == dict(spoken.rows())
    assert found["calibration_level"].null_count() in (0, made.height)


def test_own_sessions_go_before_the_models() -> None:
    lent, mine = units(60, 30), units(60, 20, seed=3).with_columns(platform=pl.lit("baru"), session_id="b-" + pl.col("session_id"))
    calibration = calibrate(lent, BANDS, mine)
    for platform, answer, n in (("baru", OK, 1200), ("toko", OK, 1800), ("lain", BORROWED, 1800)):
        found = judged(calibration, 0.01, platform=platform, stratum=[FINE], running_max=[99.0])
        assert (found["calibration"].item(), found["p_value"].item(), found["calibration_level"].item()) == (answer, 1 / (n + 1), FINE)
    few = calibrate(lent, BANDS, mine.head(100))
    assert judged(few, 0.01, platform="baru", stratum=[FINE], running_max=[9.0])["calibration"].item() == BORROWED


def test_a_unit_that_model_and_platform_both_hold_counts_once() -> None:
    twice = units(60, 30)
    found = judged(calibrate(twice, BANDS, twice), 0.01, stratum=[FINE], running_max=[99.0])
    assert (found["calibration"].item(), found["p_value"].item()) == (OK, 1 / 1801)


@pytest.mark.parametrize("name", ["IDR|ordinary", "IDR|ordinary|mid", FINE, f"toko:{FINE}"])
def test_a_suspended_stratum_says_nothing_of_itself_and_what_lies_under_it(name: str) -> None:
    found = judged(calibrate(units(60, 30), BANDS), 0.01, name, stratum=[FINE], running_max=[99.0])
    assert found["calibration"].item() == SUSPENDED
    assert [found[c].item() for c in ("calibration_level", "p_value", "open_score", "close_score")] == [None] * 4


def test_a_suspended_stratum_silences_no_other() -> None:
    for name in ("IDR|ordinary|mid|2", "IDR|ordinary|mid|rest", f"lain:{FINE}", "IDR|ordinary|m"):
        assert judged(calibrate(MID, BANDS), 0.01, name, stratum=[FINE], running_max=[99.0])["calibration"].item() == OK


def test_a_campaign_seen_too_seldom_is_no_first_one() -> None:
    calibration = calibrate(pl.concat([units(60, 30), units(5, 5, "IDR|payday|mid|1|3")]), BANDS)
    found = judged(calibration, 0.01, stratum=["IDR|payday|mid|1|3", "IDR|ramadan|mid|1|3"], running_max=[9.0, 9.0])
    assert found["calibration"].to_list() == [NOT_ENOUGH, NO_LIKE_DAY]


TOLD = calibrate(MID, BANDS)
AGAIN = calibrate(MID.sample(fraction=1.0, shuffle=True, seed=7), BANDS)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([FINE, "IDR|ordinary|mid|2|3", "CNY|x|y|z|0"]), st.none() | SCORE), max_size=8), st.randoms())
def test_p_does_not_depend_on_the_batch(rows: list[tuple[str, float | None]], chance: random.Random) -> None:
    whole = judged(TOLD, 0.01, stratum=[r[0] for r in rows], running_max=[r[1] for r in rows])
    order = chance.sample(range(len(rows)), len(rows))
    for i in order:
        one = judged(AGAIN, 0.01, stratum=[rows[i][0]], running_max=[rows[i][1]])
        assert one.row(0) == whole.row(i)


@settings(max_examples=40, deadline=None)
@given(st.lists(SCORE, min_size=1, max_size=20))
def test_a_pair_opens_exactly_where_its_p_reaches_alpha(scores: list[float]) -> None:
    running = np.maximum.accumulate(scores).tolist()
    found = judged(TOLD, 0.01, stratum=[FINE] * len(scores), running_max=running)
    assert found["p_value"].is_sorted(descending=True)
    opened = np.maximum.accumulate([s > o for s, o in zip(scores, found["open_score"], strict=True)]).tolist()
    assert opened == (found["p_value"] <= 0.01).to_list()


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
    apart, together = (calibrate(units(300, 8, seed=2, shared=s), BANDS).strata["IDR|ordinary"].effective for s in (0.0, 0.6))
    assert 300 <= together < apart <= 2400
    assert apart > 0.8 * 2400
    flat = units(40, 5).with_columns(maximum=pl.lit(0.0))
    assert calibrate(flat, BANDS).strata["IDR|ordinary"].effective == 40


def test_how_many_units_a_level_is_worth_does_not_hang_on_its_own_top() -> None:
    """Else those levels would pass whose top happened to hold no loud session."""
    loud = units(40, 10, shared=0.9)
    for others in (1.0, -1.0):
        quiet = units(40, 10, "IDR|ordinary|long|1|3", seed=4).with_columns(maximum=others * pl.col("maximum") - 50)
        strata = calibrate(pl.concat([loud, quiet]), BANDS).strata
        assert strata["IDR|ordinary|mid"].effective == strata["IDR|ordinary|long"].effective
    assert effective(np.array([1, 1, 1]), 1.0) == 3
    assert effective(np.array([5, 5]), 1.0) == 2
    assert effective(np.array([5, 5]), 0.0) == 10


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
    """Calibration and test redrawn 20 times; p at a session's end is its lowest, so this counts openings at any moment."""
    normal, planted = [], []
    for seed in range(20):
        calibration = calibrate(units(400, 8, seed=seed, shared=rho), BANDS)
        test = units(200, 8, seed=1000 + seed, shared=rho)
        for found, raised in ((normal, 0.0), (planted, 3.2)):
            p = judged(calibration, 0.01, stratum=[FINE] * test.height, running_max=(test["maximum"] + raised).to_list())["p_value"]
            found.append((p <= 0.01).mean())
    assert np.mean(normal) <= 0.01 + 3 * np.std(normal) / np.sqrt(len(normal))
    assert np.mean(planted) >= 0.6
