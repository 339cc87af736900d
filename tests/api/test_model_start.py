"""Is a model that must not be served refused at the start, by `kawal serve` and by the application, with what to do about it?"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from app.cli import app
from app.detection import manifest as manifests
from app.detection.manifest import ModelRefused, model_id
from app.main import create_app
from app.runtime import configure_store, open_store
from app.settings import Settings
from app.training.dataset import by_time
from app.training.train import train
from tests.detection.synthetic import evenings

Break = Callable[[Path, pytest.MonkeyPatch], Path]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    fit, calibration = by_time(evenings(60, seed=3)[0], 0.5)
    return train(fit, calibration, tmp_path_factory.mktemp("models"), seed=1, trained_on="made-up evenings")


@pytest.fixture
def folder(trained: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(trained, tmp_path / "models" / trained.name))


def tampered(file: str) -> Break:
    def change(folder: Path, _: pytest.MonkeyPatch) -> Path:
        data = bytearray((folder / file).read_bytes())
        data[len(data) // 2] ^= 1
        (folder / file).write_bytes(data)
        return folder

    return change


def rewritten(edit: Callable[[dict[str, Any]], object]) -> Break:
    """A manifest that another version would have written: its id and its folder's name fit it."""

    def change(folder: Path, _: pytest.MonkeyPatch) -> Path:
        said = json.loads((folder / "manifest.json").read_text())
        edit(said)
        said["model_id"] = model_id(said)
        (folder / "manifest.json").write_text(json.dumps(said))
        return folder.rename(folder.parent / said["model_id"])

    return change


def another_library(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(manifests, "version", lambda _: "1.10.2")
    return folder


WAYS: list[tuple[str, Break, tuple[str, ...]]] = [
    *((f"tampered {f}", tampered(f), (f, "was not opened", "restore it or train again"))
      for f in ("forest.skops", "monotone.skops", "calibration.parquet", "card.md")),
    ("another feature order", rewritten(lambda m: m["features"].reverse()), ("in that order", "train again with `kawal train`")),
    ("made with another minor", rewritten(lambda m: m.update(sklearn_minor="1.8")),
     ("made with scikit-learn 1.8", "train again with `kawal train` or install scikit-learn 1.8")),
    ("served with another minor", another_library, ("installed is 1.10", "train again with `kawal train` or install scikit-learn 1.9")),
]  # fmt: skip


@pytest.fixture(params=[w[1:] for w in WAYS], ids=[w[0] for w in WAYS])
def way(request: pytest.FixtureRequest) -> tuple[Break, tuple[str, ...]]:
    return request.param  # type: ignore[no-any-return]


def refused_by_serve(home: Path, models: Path, words: tuple[str, ...]) -> None:
    environment = {"KAWAL_HOME": str(home), "KAWAL_MODELS_DIR": str(models)}
    done = CliRunner().invoke(app, ["serve", "--port", "0"], catch_exceptions=False, env=environment)
    assert done.exit_code == 2
    said = done.stderr.splitlines()
    assert len(said) == 1, done.stderr
    for word in words:
        assert word in said[0]


def test_a_first_start_is_refused(
    tmp_home: Path, folder: Path, way: tuple[Break, tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    models = way[0](folder, monkeypatch).parent
    refused_by_serve(tmp_home, models, way[1])
    with pytest.raises(ModelRefused) as refused, TestClient(create_app(Settings(models_dir=models))):
        pytest.fail("it started")
    for word in way[1]:
        assert word in str(refused.value)


@pytest.mark.parametrize("way", [WAYS[0][1:], WAYS[-1][1:]], ids=[WAYS[0][0], WAYS[-1][0]])
def test_a_later_start_is_refused_too(
    tmp_home: Path, folder: Path, way: tuple[Break, tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """[The store names the model since the first start: nobody would have asked the settings for it.]"""
    settings = Settings(models_dir=folder.parent)
    engine = open_store(settings)
    assert configure_store(engine, settings)
    engine.dispose()
    way[0](folder, monkeypatch)
    refused_by_serve(tmp_home, folder.parent, way[1])
    with pytest.raises(ModelRefused) as refused, TestClient(create_app(settings)):
        pytest.fail("it started")
    for word in way[1]:
        assert word in str(refused.value)


def test_an_old_model_beside_a_good_one_is_passed_over(
    tmp_home: Path, trained: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = rewritten(lambda m: m.update(sklearn_minor="1.8", created_on="2030-01-01"))(folder, monkeypatch)
    shutil.copytree(trained, old.parent / trained.name)
    with TestClient(create_app(Settings(models_dir=old.parent))) as client:
        assert client.get("/readyz").json()["checks"]["detector"] == "ok"
