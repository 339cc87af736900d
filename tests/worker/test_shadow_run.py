"""Does a run of the line leave a candidate's scores and the counts of features in the store, and the finals as they were without it?"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.detection.model_file import load
from app.domain.events import PAIR
from app.settings import Settings
from app.store import snapshots, tables
from app.store.engine import make_engine, read
from app.training.dataset import by_time
from app.training.evening.build import Plan, build_evening
from app.training.evening.wire import PLATFORM
from app.training.evening.write import EveningFiles, save_evening
from app.training.line_run import offline_line
from app.training.scoring import prepare
from app.training.train import train
from tests.detection.synthetic import evenings

pytestmark = pytest.mark.slow


@dataclass
class Ran:
    judged: dict[tuple[Any, ...], Any]
    counts: list[Any]
    natural: int


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> EveningFiles:
    folder = tmp_path_factory.mktemp("evening")
    return save_evening(folder, build_evening(Plan(seed=5, day=date(2026, 9, 2), sessions=2, prevalence=0.5, hours=2.0)))


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    folder = tmp_path_factory.mktemp("models")
    first, second = (train(*by_time(evenings(60, seed=3)[0], 0.5), folder, seed=s, trained_on="made-up").name for s in (1, 2))
    return folder, first, second


def run(home: Path, evening: EveningFiles, models: tuple[Path, str, str], shadow: str | None) -> Ran:
    prepare(home, None, (PLATFORM,), tables_folder=evening.events.parent)
    engine = make_engine(f"sqlite:///{home}/store.sqlite3")
    snapshots.publish(engine, "test", "models", model_id=models[1], shadow_model_id=shadow)
    natural = 0
    with offline_line(home, Settings(home=home), lambda m: load(models[0] / m), lambda: time.time_ns() // 1000) as line:

        def count(closed: Any) -> None:
            nonlocal natural
            natural += closed.finals.filter("natural").height if closed.finals.height else 0

        line.watch(count)
        line.post([evening.events], (PLATFORM,), progress=False)
    with read(engine) as connection:
        judged = {tuple(r[c] for c in PAIR): r for r in connection.execute(select(tables.judgement)).mappings()}
        counts = connection.execute(select(tables.feature_count)).mappings().all()
    engine.dispose()
    return Ran(judged, list(counts), natural)


def test_a_candidate_is_kept_beside_and_changes_no_final(tmp_path: Path, evening: EveningFiles, models: tuple[Path, str, str]) -> None:
    alone, beside = (run(tmp_path / str(i), evening, models, shadow) for i, shadow in enumerate((None, models[2])))
    assert alone.judged.keys() == beside.judged.keys()
    for pair, row in beside.judged.items():
        assert row["finals_digest"] == alone.judged[pair]["finals_digest"]
        assert alone.judged[pair]["shadow_score"] is None
    scored = [r for r in beside.judged.values() if r["anomaly_score"] is not None]
    assert scored
    assert all(r["shadow_score"] is not None and r["shadow_model_id"] == models[2] for r in scored)
    assert [r["shadow_score"] for r in scored] != [r["anomaly_score"] for r in scored]


def test_the_counts_of_the_day_are_those_of_its_natural_finals(
    tmp_path: Path, evening: EveningFiles, models: tuple[Path, str, str]
) -> None:
    ran = run(tmp_path, evening, models, None)
    assert {(r["platform"], r["model_id"]) for r in ran.counts} == {(PLATFORM, models[1])}
    for feature in json.loads(ran.counts[0]["body"]):
        assert sum(sum(json.loads(r["body"])[feature]) for r in ran.counts) == ran.natural
