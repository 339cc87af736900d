"""Does training keep its word? Past before later, nothing learned from truth, the same model from the same seed, a card without wishes."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from app.detection.manifest import ModelRefused
from app.detection.model_file import load
from app.detection.score import score
from app.domain.events import PAIR, SESSION
from app.training.dataset import NothingToLearn, by_time, read, without_resolved
from app.training.sample import ROWS_A_PAIR, sample
from app.training.train import run_train, train
from tests.detection.synthetic import evenings


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evenings")
    figures, truth = evenings(60, seed=3)
    figures.write_parquet(folder / "figures.parquet")
    truth.write_csv(folder / "truth.csv")
    return folder


def test_run_train_makes_a_model_that_loads(data: Path, tmp_path: Path) -> None:
    said: list[str] = []
    folder = run_train(data, tmp_path, 7, said.append, created_on=date(2026, 11, 21))
    model = load(folder)
    assert model.model_id == folder.name
    assert said
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["created_on"] == "2026-11-21"
    assert set(manifest["sha256"]) == {"forest.skops", "monotone.skops", "calibration.parquet", "card.md"}


def test_one_seed_one_model_and_another_seed_another(data: Path, tmp_path: Path) -> None:
    first = run_train(data, tmp_path / "a", 7, lambda _: None)
    again = run_train(data, tmp_path / "b", 7, lambda _: None)
    assert {p.name: p.read_bytes() for p in first.iterdir()} == {p.name: p.read_bytes() for p in again.iterdir()}
    assert run_train(data, tmp_path / "a", 8, lambda _: None).name != first.name


def test_truth_teaches_nothing(tmp_path: Path) -> None:
    figures, truth = evenings(60, seed=3)
    fit, calibration = by_time(figures, 0.5)
    with_truth, without = (train(fit, calibration, tmp_path, seed=1, trained_on="x", truth=t) for t in (truth, None))
    for file in ("forest.skops", "monotone.skops", "calibration.parquet"):
        assert (with_truth / file).read_bytes() == (without / file).read_bytes()
    assert "price_over_list" in (with_truth / "card.md").read_text()
    assert "nothing is claimed" in (without / "card.md").read_text()


def test_card_says_sizes_and_what_is_not_enough(data: Path, tmp_path: Path) -> None:
    card = (run_train(data, tmp_path, 7, lambda _: None) / "card.md").read_text()
    assert "| fit | 2024-10-04 |" in card
    assert "| IDR, ordinary | 240 | 30 |" in card
    assert card.count("| no |") == 1


def test_sessions_are_split_whole_and_by_time() -> None:
    figures = evenings(20, seed=1)[0]
    earlier, later = by_time(figures, 0.5)
    assert earlier.height + later.height == figures.height
    assert earlier.join(later, on=SESSION, how="semi").height == 0
    assert earlier["end_us"].max() <= later.group_by(SESSION).agg(pl.col("end_us").max())["end_us"].min()


def test_the_sample_is_small_priced_and_the_same_each_time() -> None:
    figures = evenings(20, seed=1)[0].sample(fraction=1.0, shuffle=True, seed=2)
    drawn = sample(figures, seed=4)
    assert drawn.group_by(PAIR).len()["len"].max() == ROWS_A_PAIR
    assert drawn.equals(sample(figures.reverse(), seed=4))


def test_a_unit_leaves_only_by_known_cost_or_verdict() -> None:
    units = evenings(3, seed=1)[0].select(PAIR).unique()
    gone = units.head(2).drop("key")
    assert without_resolved(units, None).height == units.height
    for reason in ("known_cost", "verdict"):
        assert without_resolved(units, gone.with_columns(reason=pl.lit(reason))).height == units.height - 2
    with pytest.raises(ValueError, match="high_score"):
        without_resolved(units, gone.with_columns(reason=pl.lit("high_score")))


def test_events_go_through_the_line_when_there_are_no_figures(tmp_path: Path) -> None:
    (tmp_path / "evening.ndjson").write_text("")
    given: list[Path] = []

    def line(files: list[Path]) -> pl.DataFrame:
        given.extend(files)
        return evenings(2, seed=1)[0]

    assert read(tmp_path, line).figures.height > 0
    assert [p.name for p in given] == ["evening.ndjson"]


def test_too_little_to_learn_from_is_said(tmp_path: Path) -> None:
    with pytest.raises(NothingToLearn, match="neither figures"):
        read(tmp_path)
    with pytest.raises(NothingToLearn, match="one session"):
        by_time(evenings(1, seed=1)[0], 0.5)
    small = evenings(4, seed=1, pairs=1, finals=3)[0]
    with pytest.raises(NothingToLearn, match="at least"):
        train(*by_time(small, 0.5), tmp_path, seed=1, trained_on="x")


@pytest.fixture(scope="module")
def with_costs(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The evenings with the costs of two shops in three known."""
    folder = tmp_path_factory.mktemp("known")
    figures, truth = evenings(60, seed=3, losses=0.2)
    figures.with_columns(pl.lit("shirt").alias("category_id")).write_parquet(folder / "figures.parquet")
    shop = pl.col("seller_id").str.slice(1).cast(pl.Int64)
    truth.filter(shop % 3 != 0).with_columns(pl.lit(None, pl.String).alias("owner")).write_csv(folder / "known_costs.csv")
    return folder


def test_what_known_costs_teach_is_the_same_from_the_same_seed(with_costs: Path, tmp_path: Path) -> None:
    first, again = (run_train(with_costs, tmp_path / name, 7, lambda _: None) for name in "ab")
    files = {p.name: p.read_bytes() for p in first.iterdir()}
    assert {"loss.skops", "loss.json"} <= files.keys()
    assert files == {p.name: p.read_bytes() for p in again.iterdir()}
    figures = pl.read_parquet(with_costs / "figures.parquet")
    one, other = (score(figures, load(folder).scorer) for folder in (first, again))
    scores = ["novelty_score", "anomaly_score", "loss_probability"]
    assert one.select(scores).equals(other.select(scores))
    assert one["loss_probability"].null_count() < one.height
    assert run_train(with_costs, tmp_path / "a", 8, lambda _: None).name != first.name


def test_a_tampered_loss_file_is_refused_too(with_costs: Path, tmp_path: Path) -> None:
    folder = run_train(with_costs, tmp_path, 7, lambda _: None)
    for file in ("loss.skops", "loss.json"):
        kept = (folder / file).read_bytes()
        (folder / file).write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
        with pytest.raises(ModelRefused, match=f"{file}.*was not opened"):
            load(folder)
        (folder / file).write_bytes(kept)
    assert load(folder).model_id == folder.name
