"""Is a row's score its own? The same alone, in company, in any order; null without a price."""

from __future__ import annotations

import math

import polars as pl
from polars.testing import assert_frame_equal

from app.detection.model import Scorer
from app.detection.score import EVERY_BAND, band_key, score
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


def test_a_price_that_nothing_is_known_about_has_no_depth(scorer: Scorer) -> None:
    scored = score(rows(force_mean_w1=[10_000.0]), scorer)
    assert scored[0, "anomaly_score"] == 0.0
    assert scored[0, "novelty_score"] >= scorer.floor


def test_without_a_list_price_the_own_past_stands_in(scorer: Scorer) -> None:
    scored = score(rows(own_median_ps=[50_000.0], force_mean_w1=[25_000.0]), scorer)
    assert scored[0, "anomaly_score"] > 0


def test_a_currency_never_trained_on_takes_the_overall_scale(scorer: Scorer) -> None:
    row = rows(list_price=[600], force_mean_w1=[300.0], currency=["CNY"])
    assert row.select(band_key(scorer.bands)).item() == "CNY|unknown"
    scored = score(row, scorer)
    wanted = (scored[0, "novelty_score"] - scorer.floor) * math.log(2) / scorer.scale[EVERY_BAND]
    assert math.isclose(scored[0, "anomaly_score"], wanted, rel_tol=1e-11)


def test_no_rows_give_no_rows(scorer: Scorer, figures: pl.DataFrame) -> None:
    empty = score(figures.clear(), scorer)
    assert empty.height == 0
    assert empty.select(SCORES).dtypes == [pl.Float64(), pl.Float64()]
