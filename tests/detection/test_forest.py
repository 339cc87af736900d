"""Can a lower price ever look more normal? Never in what is served, though it can in the bare forest."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from app.detection import forest
from app.detection.features import NAMES, feature_frame, matrix
from app.detection.model import Scorer
from app.detection.score import score
from app.domain.canonical import rounded

HARM = st.lists(st.floats(0, 5), min_size=len(NAMES), max_size=len(NAMES))


@settings(max_examples=200)
@given(row=HARM, which=st.integers(0, len(NAMES) - 1), more=st.floats(0, 5))
def test_raising_a_harmful_feature_never_lowers_novelty(scorer: Scorer, row: list[float], which: int, more: float) -> None:
    before = np.array([row])
    after = before.copy()
    after[0, which] += more
    low, high = forest.novelty(scorer.monotone, np.vstack([before, after]))
    assert scorer.floor <= low <= high


def test_cutting_every_price_never_lowers_a_score(scorer: Scorer, figures: pl.DataFrame) -> None:
    before = score(figures, scorer)
    for cut in (0.01, 0.05, 0.2):
        keep = 1 - cut
        cheaper = figures.with_columns(
            *((pl.col(c).cast(pl.Float64()) * keep).round().cast(pl.Int128()) for c in ("w1_value_s", "w30_value_s")),
            pl.col("force_mean_w1") * keep,
        )
        after = score(cheaper, scorer)
        for name in ("novelty_score", "anomaly_score"):
            assert (after[name] >= before[name]).all()


def test_the_bare_forest_does_fall(scorer: Scorer, figures: pl.DataFrame) -> None:
    x = matrix(feature_frame(figures), scorer.neutral)
    deeper = x + np.array([0.05 if name.startswith("depth") else 0.0 for name in NAMES])
    assert (forest.rarity(scorer.forest, deeper) < forest.rarity(scorer.forest, x)).any()


@given(st.lists(st.floats(1e-9, 1e3), min_size=1, max_size=20))
def test_rounding_is_the_canonical_one(values: list[float]) -> None:
    assert [rounded(v) for v in forest.rounded(np.array(values))] == [rounded(v) for v in values]


def test_one_seed_one_forest(scorer: Scorer, figures: pl.DataFrame) -> None:
    x = matrix(feature_frame(figures), scorer.neutral)[:2000]
    once, twice = (forest.fit(x, seed=9) for _ in range(2))
    assert (forest.rarity(once, x) == forest.rarity(twice, x)).all()
    fits = [forest.novelty(forest.fit_monotone(f, x, seed=9), x) for f in (once, twice)]
    assert (fits[0] == fits[1]).all()


def test_few_rows_are_enough_to_fit() -> None:
    x = np.zeros((3, len(NAMES)))
    served = forest.novelty(forest.fit_monotone(forest.fit(x, 1), x, 1), x)
    assert len(set(served)) == 1
