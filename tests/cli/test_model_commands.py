"""Does `kawal model` change what serves, and say a mistake in one line?"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from app.cli import app
from app.log.record import unpack
from app.runtime import open_log, open_store
from app.settings import Settings
from app.store import snapshots
from app.store.engine import read
from app.training.dataset import by_time
from app.training.train import train
from tests.detection.synthetic import evenings

Kawal = Callable[..., Result]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    models = tmp_path_factory.mktemp("models")
    for seed in (1, 2):
        train(*by_time(evenings(60, seed=3)[0], 0.5), models, seed=seed, trained_on="made-up evenings")
    return models


@pytest.fixture
def models(tmp_home: Path, tmp_path: Path, trained: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("KAWAL_MODELS_DIR", str(shutil.copytree(trained, tmp_path / "models")))
    monkeypatch.setenv("COLUMNS", "200")
    return sorted(p.name for p in trained.iterdir())


def kawal(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["model", *arguments], catch_exceptions=False)


def in_force() -> tuple[str | None, str | None, list[int]]:
    """(serving, candidate, versions told in the log)."""
    settings = Settings()
    engine, log = open_store(settings), open_log(settings)
    with read(engine) as connection:
        snapshot = snapshots.load(connection, snapshots.newest(connection))
    told = [(unpack(r.body).control or {})["version"] for r in log.read(0, 0)]
    log.close()
    engine.dispose()
    return snapshot.model_id, snapshot.shadow_model_id, told


def test_one_model_gives_way_to_another_and_back(models: list[str]) -> None:
    first, second = models
    assert kawal("promote", first).stdout == f"configuration 1: {first} serves\n"
    assert kawal("shadow", second).stdout == f"configuration 2: candidate {second}\n"
    listed = kawal("list").stdout
    assert [line.split()[1] for line in listed.splitlines()[1:]] == ["serving", "candidate"]
    assert kawal("promote", second).exit_code == 0
    assert in_force() == (second, None, [1, 2, 3])
    assert kawal("rollback").stdout == f"configuration 4: {first} serves\n"
    assert kawal("shadow").stdout == "configuration 5: candidate none\n"
    assert in_force() == (first, None, [1, 2, 3, 4, 5])


def test_a_model_tells_its_manifest_and_its_card(models: list[str]) -> None:
    said = kawal("show", models[0]).stdout
    assert '"trained_on": "made-up evenings"' in said
    assert "# Model card" in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("promote", "m_none"), "no readable manifest.json"),
        (("shadow", "m_none"), "no readable manifest.json"),
        (("show", "m_none"), "no readable manifest.json"),
        (("rollback",), "no other model has served before"),
    ],
)
def test_mistakes_are_one_line(models: list[str], arguments: tuple[str, ...], words: str) -> None:
    done = kawal(*arguments)
    assert done.exit_code == 2
    assert done.stderr.startswith("kawal: ")
    assert len(done.stderr.splitlines()) == 1
    assert words in done.stderr
    assert in_force() == (None, None, [])
