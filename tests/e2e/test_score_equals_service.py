"""Do file and service agree? `kawal score` under a home's snapshot and days gives the finals that the service gave over HTTP (B6)."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from app.settings import Settings
from app.training.evening.write import EveningFiles
from app.training.score_command import run_score
from app.training.scoring import SCORE_SCHEMA
from tests.e2e.conftest import Night, Prepared
from tests.e2e.house import Finals, copied, finals, finals_of


@pytest.fixture(scope="module")
def scored(prepared: Prepared, evening: EveningFiles, tmp_path_factory: pytest.TempPathFactory):
    """The scores, the summary and the finals of the offline run, on a home as it lay before the replay."""
    home = copied(prepared.home, tmp_path_factory.mktemp("before") / "home")
    kept: Finals = {}

    def look(run: object) -> None:
        kept.update(finals_of(Path(run.engine.url.database)))  # type: ignore[attr-defined]

    frame, summary = run_score(
        [evening.events], (), Settings(home=home, keep_finals=True), lambda: time.time_ns() // 1000, None, progress=False, inspect=look
    )
    return frame, summary, kept


def test_every_final_is_the_same_byte_for_byte(scored, night: Night) -> None:
    served, offline = finals(night.home), scored[2]
    assert len(served) > 5_000
    assert served.keys() == offline.keys()
    assert [place for place, body in served.items() if offline[place] != body] == []


def test_the_evening_is_told_whole(scored, night: Night, evening: EveningFiles) -> None:
    _, summary, _ = scored
    assert (summary.sent, summary.accepted, summary.rejected) == (night.summary.sent, night.summary.accepted, night.summary.rejected)
    assert night.summary.rejected == 0
    assert night.summary.sent >= evening.event_count
    assert len(night.summary.heartbeats) == 2, "the last row's moment, and 02:00 after its day"


def test_scores_are_what_a_reader_sees(scored, night: Night, evening: EveningFiles) -> None:
    frame = scored[0]
    assert frame.height == evening.pair_count
    assert dict(frame.schema) == SCORE_SCHEMA
    assert frame.select(night.products.columns).equals(night.products)
    levels = set(frame["legal_level"])
    assert "L4" in levels, "the planted documented loss"
    assert "L0" in levels
