"""Does the loss probability never fall with the price, speak only where known costs support it, and lead the score without breaking it?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from app.detection.loss import LEAST_OWNERS, LossModel, led, supported, with_loss
from app.detection.loss_features import LOSS_FEATURES, LOSS_NAMES
from app.detection.loss_file import LOSS_FILES, loss_bytes, loss_from
from app.detection.manifest import ModelRefused
from app.detection.model import Scorer
from app.detection.model_file import Provenance, load, save
from app.detection.score import base_score, score
from app.detection.units import units_of
from app.training.known_costs import lowest_rows
from app.training.loss_fit import learn_loss
from tests.detection.synthetic import evenings

IDS = ["platform", "session_id", "seller_id", "product_id"]


@pytest.fixture(scope="module")
def model(scorer: Scorer) -> LossModel:
    figures, truth = evenings(160, seed=21, losses=0.06)
    pairs = base_score(lowest_rows(figures), scorer).join(truth, on=IDS).with_columns(pl.col("seller_id").alias("owner"))
    found = learn_loss(pairs, seed=3)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def told(scorer: Scorer, model: LossModel) -> pl.DataFrame:
    """Evenings that the model never saw, in its market."""
    return base_score(evenings(20, seed=22, losses=0.1)[0], scorer)


def cut(figures: pl.DataFrame, share: float) -> pl.DataFrame:
    """Every price of the figures lowered by a share; anchors and list price stay."""
    left = 1.0 - share
    lower = [(pl.col(c).cast(pl.Float64) * left).floor().cast(pl.Int128).alias(c) for c in ("w1_value_s", "w30_value_s")]
    return figures.with_columns(*lower, pl.col("force_mean_w1") * left)


@pytest.mark.parametrize("share", [0.01, 0.05, 0.2, 0.6])
def test_a_lower_price_never_lowers_probability_or_score(scorer: Scorer, model: LossModel, told: pl.DataFrame, share: float) -> None:
    taught = replace(scorer, loss=model)
    before, after = score(told, taught), score(cut(told, share), taught)
    assert (after["loss_probability"] >= before["loss_probability"]).all()
    assert (after["anomaly_score"] >= before["anomaly_score"]).all()
    assert (after["loss_probability"] > before["loss_probability"]).any()


def test_deep_losses_are_likelier_than_ordinary_pairs(scorer: Scorer, model: LossModel) -> None:
    figures, truth = evenings(30, seed=23, losses=0.1)
    rows = score(lowest_rows(figures), replace(scorer, loss=model)).join(truth, on=IDS)
    means = dict(rows.group_by("loss").agg(pl.col("loss_probability").mean()).rows())
    assert means[True] > 0.6 > 0.05 > means[False]


def test_it_speaks_only_where_known_costs_support_it(model: LossModel, told: pl.DataFrame) -> None:
    elsewhere = told.with_columns(pl.lit("toko:hat").alias("key"))
    foreign = told.with_columns(pl.lit("USD").alias("currency"))
    few = replace(model, support={name: (LEAST_OWNERS - 1, pairs, losses) for name, (_, pairs, losses) in model.support.items()})
    for frame, by in ((elsewhere, model), (foreign, model), (told, few), (told, None)):
        silent = with_loss(frame, by)
        assert silent["loss_probability"].is_null().all()
        assert silent["anomaly_score"].equals(frame["anomaly_score"])
    assert supported(model) == ["toko:shirt|IDR"]
    assert with_loss(told, model)["loss_probability"].is_not_null().all()


def test_a_row_without_a_price_has_no_probability(model: LossModel, told: pl.DataFrame) -> None:
    gone = told.with_columns(pl.lit(None, pl.Float64).alias("anomaly_score"))
    assert with_loss(gone, model).select(pl.col("loss_probability", "anomaly_score").is_null().all()).row(0) == (True, True)


def test_neither_own_cost_nor_the_seller_is_read(model: LossModel, told: pl.DataFrame) -> None:
    other = told.with_columns(pl.lit("someone").alias("seller_id"), pl.lit(1).alias("claim_cost"), pl.lit(1).alias("cost_lo"))
    assert with_loss(other, model)["loss_probability"].equals(with_loss(told, model)["loss_probability"])


def test_rows_are_judged_one_by_one(model: LossModel, told: pl.DataFrame) -> None:
    whole = with_loss(told, model).select("loss_probability", "anomaly_score")
    parts = pl.concat([with_loss(part, model).select(whole.columns) for part in told.iter_slices(97)])
    assert parts.equals(whole)


def test_the_lead_rises_in_margin_and_in_base(model: LossModel) -> None:
    margins, base = np.linspace(-12, 12, 200), np.linspace(0, 3, 200)
    assert (np.diff(led(np.full(200, 0.5), margins, model.lead)) >= 0).all()
    assert (np.diff(led(base, np.zeros(200), model.lead)) > 0).all()


def test_features_are_named_once_and_benchmark_rises() -> None:
    assert len(set(LOSS_NAMES)) == len(LOSS_NAMES)
    assert {f.name for f in LOSS_FEATURES if f.rises} == {n for n in LOSS_NAMES if n.startswith("under_")}


def test_it_comes_back_from_the_folder_as_it_went(scorer: Scorer, model: LossModel, told: pl.DataFrame, tmp_path: Path) -> None:
    taught = replace(scorer, loss=model)
    units = units_of(score(told, taught), taught.bands)
    folder = save(tmp_path, taught, units, "card", Provenance(1, "here", None))
    assert score(told, load(folder).scorer).equals(score(told, taught))
    for file in LOSS_FILES:
        data = (folder / file).read_bytes()
        (folder / file).write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        with pytest.raises(ModelRefused, match="sha256"):
            load(folder)
        (folder / file).write_bytes(data)


def test_equal_trainings_have_equal_bytes_and_other_features_are_refused(scorer: Scorer, model: LossModel) -> None:
    figures, truth = evenings(160, seed=21, losses=0.06)
    pairs = base_score(lowest_rows(figures), scorer).join(truth, on=IDS).with_columns(pl.col("seller_id").alias("owner"))
    assert loss_bytes(learn_loss(pairs.sample(fraction=1.0, shuffle=True, seed=1), seed=3)) == loss_bytes(model)
    data = loss_bytes(model)
    with pytest.raises(ModelRefused, match="in that order"):
        loss_from(data | {"loss.json": data["loss.json"].replace(b"under_list", b"under_lust")})
    assert loss_from({}) is None
