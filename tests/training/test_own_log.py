"""Does a service learn from exactly what its line has judged? Sealed days only, live platforms only, resolved units and nobody else out."""

from __future__ import annotations

import json
import shutil
import time
from contextlib import closing
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from sqlalchemy import select, update

from app.detection.model_file import load
from app.domain.events import PAIR, ROW_SCHEMA
from app.domain.time import day_number
from app.log.port import Part
from app.log.record import pack_rows
from app.log.sqlite import SqliteEventLog
from app.settings import Settings
from app.store import sealed_days, tables
from app.store.effects import insert_new
from app.store.engine import make_engine, read, write
from app.store.migrate import migrate
from app.training.dataset import IDS, NothingToLearn
from app.training.evening.build import Plan, build_evening
from app.training.evening.wire import PLATFORM
from app.training.evening.write import save_evening
from app.training.line_run import offline_line
from app.training.log_days import spool
from app.training.own_log import by_known_cost, read_log
from app.training.recipe import natural_figures
from app.training.scoring import prepare
from app.training.train_command import run_from_log
from tests.windows.rows import EVENING_US, frame, price, sale

COUNTS = {"counted": 0, "duplicate": 0, "late": 0, "skipped": 0}
SANDBOX = f"sandbox-{PLATFORM}"
pytestmark = pytest.mark.slow


def now() -> int:
    return time.time_ns() // 1000


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pl.DataFrame]:
    """(a home that has judged an evening of a live platform and of a sandbox to the seal, the natural finals of the live one)."""
    home, files = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("evening")
    evening = save_evening(files, build_evening(Plan(seed=5, day=date(2026, 9, 2), sessions=6, prevalence=0.5, hours=2.0)))
    prepare(home, None, (PLATFORM, SANDBOX), tables_folder=files)
    seen: list[pl.DataFrame] = []
    with offline_line(home, Settings(home=home), lambda _: pytest.fail("no model"), now) as run:
        run.watch(lambda closed: seen.append(natural_figures([closed])) if closed.platform == PLATFORM and closed.finals.height else None)
        run.post([evening.events], (PLATFORM,), progress=False)
        run.post([evening.events], (SANDBOX,), progress=False)
    return home, pl.concat(seen, how="vertical_relaxed")


def copied(served: tuple[Path, pl.DataFrame], to: Path) -> Settings:
    return Settings(home=Path(shutil.copytree(served[0], to / "copy")))


def test_figures_of_the_log_are_those_of_the_line(served: tuple[Path, pl.DataFrame], tmp_path: Path) -> None:
    said: list[str] = []
    found = read_log(copied(served, tmp_path), said.append, progress=False)
    assert set(found.dataset.figures["platform"]) == {PLATFORM}, "a sandbox teaches nothing (A6)"
    order = [*PAIR, "pane"]
    assert_frame_equal(found.dataset.figures.sort(order), served[1].sort(order), check_exact=True)
    papers = found.known.filter("loss")
    assert papers.height > 0
    assert not papers.join(by_known_cost(found.dataset.figures), on=list(IDS), how="anti").height, "a loss by papers of its own is an L4"
    assert found.name == f"own log of {PLATFORM} to 2026-09-02"


def test_a_person_or_a_known_cost_takes_a_unit_out_and_nothing_else(served: tuple[Path, pl.DataFrame], tmp_path: Path) -> None:
    settings = copied(served, tmp_path)
    engine = make_engine(f"sqlite:///{settings.home}/store.sqlite3")
    finding = tables.finding
    with read(engine) as connection:
        query = select(finding.c.finding_id, *(finding.c[c] for c in IDS)).where(finding.c.platform == PLATFORM)
        rows = connection.execute(query.order_by(finding.c.finding_id)).all()
    assert len(rows) >= 3
    verdicts = dict(zip([r[0] for r in rows[:3]], ("lawful", "data_error", "unlawful_indicated"), strict=True))
    with write(engine) as connection:
        for finding_id, verdict in verdicts.items():
            connection.execute(update(finding).where(finding.c.finding_id == finding_id).values(verdict=verdict))
    engine.dispose()
    said: list[str] = []
    found = read_log(settings, said.append, progress=False)
    assert found.dataset.resolved is not None
    reasons = {row[:4]: row[4] for row in found.dataset.resolved.iter_rows()}
    known = {row[:4] for row in by_known_cost(found.dataset.figures).iter_rows()}
    assert known, "the evening has documented losses"
    assert reasons.keys() == known | {tuple(rows[1][1:]), tuple(rows[2][1:])}, "a lawful unit is normal traffic: it stays"
    assert {reasons[tuple(r[1:])] for r in rows[1:3]} == {"verdict"}
    assert any(line.startswith("2 units leave the calibration by verdict") for line in said)
    model = load(run_from_log(tmp_path / "models", 7, settings, now, said.append, progress=False))
    units = {row[:4] for row in model.calibration.units.select(IDS).iter_rows()}
    assert units
    assert not units & reasons.keys()


def test_known_cost_means_a_documented_or_published_one() -> None:
    row = {**dict.fromkeys(IDS, "x"), "legal_now": 3, "cost_tier": "T2"}
    others = [
        row | {"product_id": "a", "cost_tier": "T3"},
        row | {"product_id": "b", "legal_now": 2},
        row | {"product_id": "c", "cost_tier": None},
    ]
    assert by_known_cost(pl.DataFrame([row, *others])).rows() == [("x", "x", "x", "x", "known_cost")]


def test_a_day_that_is_not_sealed_teaches_nothing(served: tuple[Path, pl.DataFrame], tmp_path: Path) -> None:
    settings = copied(served, tmp_path)
    engine = make_engine(f"sqlite:///{settings.home}/store.sqlite3")
    day = int(served[1]["end_us"].max() + 7 * 3_600_000_000) // 86_400_000_000  # type: ignore[operator]
    with write(engine) as connection:
        connection.execute(update(tables.seal).where(tables.seal.c.platform == PLATFORM).values(sealed_through=day - 1))
    engine.dispose()
    with pytest.raises(NothingToLearn, match="no sealed day of a live platform"):
        read_log(settings, lambda _: None, progress=False)


def test_an_empty_home_has_nothing_to_teach(tmp_path: Path) -> None:
    with pytest.raises(NothingToLearn, match="no sealed day"):
        read_log(Settings(home=tmp_path), lambda _: None, progress=False)


def test_a_session_that_runs_on_behind_the_last_sealed_day_is_told(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/store.sqlite3")
    migrate(engine)
    hour = 3600.0
    rows = [price(0, 60_000, "a", session_id="s1"), price(1, 60_000, "b", session_id="s2"), price(10 * hour, 60_000, "c", session_id="s2")]
    late = [sale(5, 60_000, event_id="d", session_id="s3")]
    day = day_number(EVENING_US)
    with closing(SqliteEventLog(tmp_path / "log.sqlite3", 1)) as log:
        for record in (rows, late):
            log.append([Part(0, pack_rows(frame(record).select(*ROW_SCHEMA), edge="test"))])
        marks = ({}, {"p": EVENING_US + 60_000_000})
        counts = [{"partition": 0, "pos": pos, "marks": json.dumps(m), **COUNTS} for pos, m in enumerate(marks)]
        with write(engine) as connection:
            insert_new(connection, "record_count", counts)
            sealed_days.seal_through(connection, "p", day)
        days = spool(log, engine, tmp_path)
    assert list(days.files) == [("p", day)]
    assert [pl.read_ipc(f)["event_id"].to_list() for f in days.files["p", day]] == [["a", "b"]], "d came late: it entered no pane"
    assert days.unfinished.rows() == [("p", "s2")]
