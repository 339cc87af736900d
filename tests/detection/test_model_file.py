"""Does a model come back as it went, and is anything else refused before it is opened?"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sklearn.preprocessing import FunctionTransformer

from app.detection import manifest as manifests
from app.detection.manifest import ModelRefused, model_id
from app.detection.model import Scorer
from app.detection.model_file import FILES, load
from app.detection.score import score
from app.detection.skops_bytes import ForeignType, from_bytes, to_bytes


@pytest.fixture
def copied(folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / folder.name))


def rewritten(folder: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """The folder with an altered manifest under a fitting name, as a careless hand or another version would leave it."""
    found = json.loads((folder / "manifest.json").read_text())
    change(found)
    found["model_id"] = model_id(found)
    (folder / "manifest.json").write_text(json.dumps(found))
    return folder.rename(folder.parent / found["model_id"])


def test_round_trip_gives_equal_scores(folder: Path, scorer: Scorer, figures: pl.DataFrame) -> None:
    model = load(folder)
    assert model.model_id == folder.name
    assert score(figures, model.scorer).equals(score(figures, scorer))
    assert model.scorer.scale == scorer.scale
    assert model.scorer.bands == scorer.bands


@pytest.mark.parametrize("file", FILES)
def test_a_tampered_file_is_refused_before_it_is_opened(copied: Path, file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skops.io.loads", lambda *a, **k: pytest.fail("opened"))
    data = bytearray((copied / file).read_bytes())
    data[len(data) // 2] ^= 1
    (copied / file).write_bytes(data)
    # a file that comes before it in the folder must not be opened either: all hashes are checked first
    with pytest.raises(ModelRefused, match="sha256"):
        load(copied)


def test_a_missing_file_is_refused(copied: Path) -> None:
    (copied / "forest.skops").unlink()
    with pytest.raises(ModelRefused, match="kawal train"):
        load(copied)


def test_another_feature_order_is_refused(copied: Path) -> None:
    with pytest.raises(ModelRefused, match="in that order"):
        load(rewritten(copied, lambda m: m["features"].reverse()))


def test_another_scikit_learn_minor_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifests, "version", lambda _: "1.10.0")
    with pytest.raises(ModelRefused, match=r"made with scikit-learn 1\.9, installed is 1\.10"):
        load(folder)


def test_a_manifest_changed_by_hand_is_refused(copied: Path) -> None:
    found = json.loads((copied / "manifest.json").read_text())
    found["floor"] = 0.0
    (copied / "manifest.json").write_text(json.dumps(found))
    with pytest.raises(ModelRefused, match="changed after training"):
        load(copied)


def test_the_date_for_people_is_not_part_of_the_id(folder: Path) -> None:
    found = json.loads((folder / "manifest.json").read_text())
    assert model_id(found | {"created_on": "2026-11-21"}) == folder.name


def test_a_folder_without_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelRefused, match="kawal train"):
        load(tmp_path)


def test_a_type_that_is_no_model_of_ours_is_refused() -> None:
    foreign = to_bytes(FunctionTransformer(func=shutil.rmtree))
    with pytest.raises(ForeignType, match="rmtree"):
        from_bytes(foreign, FunctionTransformer)


def test_a_trusted_type_in_the_wrong_place_is_refused(scorer: Scorer) -> None:
    with pytest.raises(ForeignType, match="IsolationForest"):
        from_bytes(to_bytes(scorer.forest), FunctionTransformer)


def test_equal_models_have_equal_bytes(scorer: Scorer) -> None:
    for estimator in (scorer.forest, scorer.monotone):
        once, twice = (hashlib.sha256(to_bytes(estimator)).hexdigest() for _ in range(2))
        assert once == twice
