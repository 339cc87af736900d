"""Does the ablation judge the very score that is served, and does it call nothing a gain that it has not shown?"""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from app.detection.score import score
from app.training.evaluate import ablation
from app.training.evaluate.ablation import NO_GAIN, SERVED, Gain, Variant, ablations, variants
from app.training.evaluate.pairs import split
from app.training.evaluate.ranking import Ranking
from app.training.evaluate.sets.shape import EvaluationSet
from app.training.train import learn
from tests.detection.synthetic import evenings

F64 = pl.Float64()


@pytest.fixture(scope="module")
def given() -> EvaluationSet:
    figures, truth = evenings(120, seed=3)
    usual = {"reference": pl.col("own_median_ps"), "category_discount": pl.lit(0.2), "market_list": pl.lit(60_000.0)}
    unknown = {n: pl.lit(None, F64) for n in ("peers_median", "rivals_median_pb", "w5_value_s", "w5_units")}
    cut = int(figures.get_column("end_us").quantile(0.5) or 0)
    return EvaluationSet("made up", figures.with_columns(**usual, **unknown), truth, cut)


def test_what_is_called_served_is_what_the_service_scores(given: EvaluationSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ablation, "variants", lambda: [Variant(SERVED)])
    row = ablations(given, seed=5, draws=2)[0]
    parts = split(given)
    ours = score(parts.later.finals, learn(parts.past, 5)).get_column("anomaly_score").to_numpy()
    wanted = Ranking(parts.later.loss, parts.later.highest(ours)).average_precision(np.ones((1, parts.later.pairs.height)))[0]
    assert (row.name, row.gain, row.low, row.high) == (SERVED, 1.0, 1.0, 1.0)
    assert row.ap == pytest.approx(wanted, abs=1e-9)


def test_every_feature_of_the_forest_is_taken_out_once() -> None:
    names = [v.name for v in variants()]
    assert len(set(names)) == len(names)
    assert names[0] == SERVED
    for name in variants()[0].names:
        assert f"feature {name}" in names


def test_an_interval_that_holds_one_shows_no_gain() -> None:
    assert Gain("x", 0.5, 1.3, 0.99, 1.6).verdict == NO_GAIN
    assert Gain("x", 0.5, 1.3, 1.01, 1.6).verdict == "gain"
    assert Gain("x", 0.5, 0.9, 0.8, 0.99).verdict == "loss"
