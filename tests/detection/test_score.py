"""Is a row's score its own? The same alone, in company, in any order; null without a price."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from app.detection.model import Scorer
from app.detection.score import EVERY_BAND, LEVEL_POWER, band_key, score
from tests.detection.synthetic import rows

SCORES = ["novelty_score", "anomaly_score"]


def test_a_row_scores_the_same_in_any_company(scorer: Scorer, figures: pl.DataFrame) -> None:
    together = score(figures, scorer)
    for i in range(0, figures.height, 997):
        assert score(figures.slice(i, 1), scorer).rows() == together.slice(i, 1).rows()
    shuffled = figures.with_row_index("i").sample(fraction=1.0, shuffle=True, seed=1)
    again = score(shuffled, scorer).sort("i").drop("i")
    assert_frame_equal(again, together, check_exact=True)


def test_no_price_no_score(scorer: Scorer) -> None:
    scored = score(rows(list_price=[50_000, 50_000], force_mean_w1=[None, 25_000.0]), scorer)
    assert scored[0, "novelty_score"] is None
    assert scored[0, "anomaly_score"] is None
    assert scored[1, "anomaly_score"] > 0


def test_anomaly_is_novelty_over_the_floor_times_depth_over_the_bands_root(scorer: Scorer) -> None:
    row = rows(list_price=[60_000], own_median_ps=[50_000.0], own_median_list=[58_000.0], force_mean_w1=[30_000.0])
    scored = score(row, scorer)
    depth = math.log(2) + 0.2 * math.log(50 / 30)
    band = row.select(band_key(scorer.bands)).item()
    assert band in scorer.scale
    wanted = (scored.item(0, "novelty_score") - scorer.floor) * depth / scorer.scale[band]
    assert math.isclose(scored.item(0, "anomaly_score"), wanted, rel_tol=1e-11)


@pytest.mark.parametrize(("category", "off"), [(1.0, math.log(1.2)), (0.1, 0.1), (0.0, 0.0), (None, 0.0)])
def test_the_usual_discount_counts_as_far_as_the_category_gives_it(scorer: Scorer, category: float | None, off: float) -> None:
    known = rows(list_price=[60_000], own_median_ps=[50_000.0], own_median_list=[60_000.0], force_mean_w1=[30_000.0])
    plain = score(known, scorer)[0, "anomaly_score"]
    told = score(known.with_columns(category_discount=pl.lit(category, dtype=pl.Float64)), scorer)[0, "anomaly_score"]
    past = 0.2 * math.log(50 / 30)
    assert math.isclose(told / plain, (math.log(2) - off + past) / (math.log(2) + past), rel_tol=1e-9)


def test_no_discount_beyond_the_usual_is_no_depth_under_list(scorer: Scorer) -> None:
    known = rows(list_price=[60_000], own_median_ps=[45_000.0], own_median_list=[60_000.0], force_mean_w1=[48_000.0])
    assert score(known.with_columns(category_discount=pl.lit(0.5)), scorer)[0, "anomaly_score"] == 0.0


def test_a_price_that_nothing_is_known_about_has_no_depth(scorer: Scorer) -> None:
    scored = score(rows(force_mean_w1=[10_000.0]), scorer)
    assert scored[0, "anomaly_score"] == 0.0
    assert scored[0, "novelty_score"] >= scorer.floor


def test_without_a_list_price_the_own_past_stands_in(scorer: Scorer) -> None:
    scored = score(rows(own_median_ps=[50_000.0], force_mean_w1=[25_000.0]), scorer)
    assert scored[0, "anomaly_score"] > 0


def foreign(market: float | None = None) -> pl.DataFrame:
    row = rows(list_price=[600], force_mean_w1=[300.0], currency=["CNY"])
    return row.with_columns(market_list=pl.lit(market, dtype=pl.Float64))


def test_a_currency_never_trained_on_takes_the_overall_scale(scorer: Scorer) -> None:
    row = foreign()
    assert row.select(band_key(scorer.bands)).item() == "CNY|unknown"
    wanted = math.sqrt(score(row, scorer)[0, "novelty_score"] - scorer.floor) * math.log(2) / scorer.scale[EVERY_BAND]
    assert math.isclose(score(row, scorer)[0, "anomaly_score"], wanted, rel_tol=1e-11)
    assert_frame_equal(score(row.drop("market_list"), scorer).select(SCORES), score(row, scorer).select(SCORES))


@pytest.mark.parametrize(("market", "level"), [(300.0, 2.0), (1200.0, 0.5), (600.0, 1.0), (10.0, 4.0), (1e6, 0.25)])
def test_there_it_is_set_by_the_level_of_its_list_price(scorer: Scorer, market: float, level: float) -> None:
    plain, levelled = (score(foreign(m), scorer)[0, "anomaly_score"] for m in (None, market))
    assert math.isclose(levelled, plain * level**LEVEL_POWER, rel_tol=1e-11)


def test_where_the_currency_was_taught_the_level_is_not_asked(scorer: Scorer) -> None:
    row = rows(list_price=[60_000], force_mean_w1=[30_000.0])
    cheap = row.with_columns(market_list=pl.lit(1e6))
    assert score(cheap, scorer)[0, "anomaly_score"] == score(row, scorer)[0, "anomaly_score"]


def test_goods_without_a_list_price_take_the_overall_scale(scorer: Scorer) -> None:
    row = rows(own_median_ps=[50_000.0], force_mean_w1=[25_000.0])
    assert not [band for band in scorer.scale if band.endswith("unknown")]
    scored = score(row, scorer)
    wanted = (scored[0, "novelty_score"] - scorer.floor) * 1.2 * math.log(2) / scorer.scale[EVERY_BAND]
    assert math.isclose(scored[0, "anomaly_score"], wanted, rel_tol=1e-11)


@settings(max_examples=60, deadline=None)
@given(
    price=st.integers(2, 10**7),
    listed=st.one_of(st.none(), st.integers(1, 10**7)),
    own=st.one_of(st.none(), st.integers(1, 10**7)),
    usual=st.one_of(st.none(), st.integers(1, 10**7)),
    market=st.one_of(st.none(), st.integers(1, 10**7)),
    currency=st.sampled_from(["IDR", "CNY"]),
    cut=st.sampled_from([0.01, 0.05, 0.2]),
)
def test_cutting_a_price_never_lowers_a_score(
    scorer: Scorer, price: int, listed: int | None, own: int | None, usual: int | None, market: int | None, currency: str, cut: float
) -> None:
    kept = {"list_price": [listed] * 2, "own_median_ps": [own] * 2, "own_median_list": [usual] * 2, "currency": [currency] * 2}
    both = rows(force_mean_w1=[float(price), price * (1 - cut)], **kept).with_columns(
        market_list=pl.lit(market, dtype=pl.Float64), category_discount=pl.lit(0.2 if market else None, dtype=pl.Float64)
    )
    scored = score(both, scorer)
    for name in SCORES:
        assert scored[1, name] >= scored[0, name]


def test_no_rows_give_no_rows(scorer: Scorer, figures: pl.DataFrame) -> None:
    empty = score(figures.clear(), scorer)
    assert empty.height == 0
    assert empty.select(SCORES).dtypes == [pl.Float64(), pl.Float64()]
