"""Is everything opened once and closed in reverse? First configuration, roles, keys as senders, a model that is refused."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from app import runtime
from app.detection.manifest import ModelRefused
from app.domain.levels import Role
from app.log.port import EventLog
from app.log.record import unpack
from app.main import create_app
from app.settings import Settings
from app.store import snapshots
from app.store.engine import read
from app.store.migrate import current, newest


def announced(log: EventLog) -> list[int]:
    """Configuration versions in the log, in order."""
    controls = [unpack(r.body).control for r in log.read(0, 0)]
    return [c["version"] for c in controls if c is not None and "version" in c]


def test_a_first_start_configures_once(tmp_home: Path) -> None:
    for _ in range(2):
        services = runtime.open_services(Settings(), role="edge")
        with read(services.engine) as connection:
            snapshot = snapshots.load(connection, snapshots.newest(connection))
        assert (snapshot.version, snapshot.alpha_open) == (1, 0.01)
        assert snapshot.model_id is not None
        assert snapshot.calendar.height > 50
        assert announced(services.log) == [1]
        assert current(services.engine) == newest()
        runtime.close(services)
    assert sorted(p.name for p in tmp_home.iterdir() if p.is_file()) == ["audit.sqlite3", "log.sqlite3", "store.sqlite3"]


def test_another_model_is_a_new_version(tmp_home: Path, tmp_path: Path) -> None:
    bare = Settings(models_dir=tmp_path)
    runtime.close(runtime.open_services(bare, role="edge"))
    services = runtime.open_services(Settings(model_id=runtime.newest_model(Settings())), role="edge")
    with read(services.engine) as connection:
        assert snapshots.load(connection, 1).model_id is None
        assert snapshots.load(connection, 2).model_id == runtime.newest_model(Settings())
    assert announced(services.log) == [1, 2]
    runtime.close(services)


@pytest.mark.parametrize(
    ("role", "threads", "checks"),
    [
        ("all", {"kawal-detector", "kawal-courier"}, {"detector"}),
        ("edge", set(), set()),
        ("detector", {"kawal-detector"}, {"detector"}),
        ("courier", {"kawal-courier"}, set()),
    ],
)
def test_a_role_works_its_part_and_ends(tmp_home: Path, role: str, threads: set[str], checks: set[str]) -> None:
    services = runtime.open_services(Settings(role=role))  # type: ignore[arg-type]
    assert {t.name for t in services.threads} == threads
    assert set(services.checks) == checks
    assert all(t.is_alive() for t in services.threads)
    runtime.close(services)
    assert not any(t.is_alive() for t in services.threads)


def test_a_detector_that_is_gone_is_not_ready(tmp_home: Path) -> None:
    with TestClient(create_app(Settings()), base_url="http://localhost") as client:
        assert client.get("/readyz").status_code == 200
        services = client.app.state.services  # type: ignore[attr-defined]
        services.stop.set()
        for thread in services.threads:
            thread.join(10)
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["checks"]["detector"]) == (503, "stopped")
        assert client.get("/livez").status_code == 200


def test_a_model_that_is_not_there_leaves_nothing_open(tmp_home: Path) -> None:
    with pytest.raises(ModelRefused, match="m_none"):
        runtime.open_services(Settings(model_id="m_none"))
    assert not [t for t in threading.enumerate() if t.name.startswith("kawal-")]
    engine = runtime.open_store(Settings())
    with read(engine) as connection:
        assert snapshots.newest(connection) == 0, "nothing is published that no start could ever load"
    engine.dispose()


def test_platform_keys_are_senders_until_they_are_revoked(tmp_home: Path) -> None:
    settings = Settings()
    first, _ = runtime.create_key(settings, "a", Role.PLATFORM, ("kios",), sandbox=False)
    boxed, _ = runtime.create_key(settings, "b", Role.PLATFORM, ("kios",), sandbox=True)
    runtime.create_key(settings, "c", Role.ANALYST, ("kios",), sandbox=False)
    engine = runtime.open_store(settings)
    with read(engine) as connection:
        assert snapshots.load(connection, snapshots.newest(connection)).senders == {"kios": (first,), "sandbox-kios": (boxed,)}
    assert runtime.revoke_key(settings, first)
    assert not runtime.revoke_key(settings, first)
    with read(engine) as connection:
        assert snapshots.load(connection, snapshots.newest(connection)).senders == {"sandbox-kios": (boxed,)}
    log = runtime.open_log(settings)
    assert announced(log) == [1, 2, 3]
    log.close()
    engine.dispose()


@pytest.mark.parametrize("role", [Role.PLATFORM, Role.ANALYST, Role.OBSERVER])
def test_a_key_of_these_roles_names_its_platforms(tmp_home: Path, role: Role) -> None:
    with pytest.raises(ValueError, match="--platform"):
        runtime.create_key(Settings(), "x", role, (), sandbox=False)


def test_the_first_platform_of_a_key_is_its_own(tmp_home: Path) -> None:
    key_id, _ = runtime.create_key(Settings(), "x", Role.PLATFORM, ("tokopedia", "tiktok"), sandbox=False)
    engine = runtime.open_store(Settings())
    with read(engine) as connection:
        assert snapshots.load(connection, snapshots.newest(connection)).senders == {"tokopedia": (key_id,)}
    engine.dispose()


def test_the_calendar_is_read_by_local_day(tmp_path: Path) -> None:
    assert runtime.read_calendar(tmp_path / "none.csv").is_empty()
    (tmp_path / "c.csv").write_text("date,campaign\n1970-01-02,payday\n2026-11-11,11.11\n1970-01-02,again\n")
    frame = runtime.read_calendar(tmp_path / "c.csv")
    assert frame.rows() == [(1, "payday"), (20_768, "11.11")]
    assert frame.schema["day"] == pl.Int64()


def test_a_calendar_of_double_dates_alone_keeps_their_names(tmp_path: Path) -> None:
    """[Read as a number, 10.10 was 10.1 and an 11.11 could be told by no name.]"""
    (tmp_path / "c.csv").write_text("date,campaign\n2026-10-10,10.10\n2026-11-11,11.11\n")
    assert runtime.read_calendar(tmp_path / "c.csv").rows() == [(20_736, "10.10"), (20_768, "11.11")]


def test_the_shipped_calendar_names_each_double_date_apart_and_every_day_once() -> None:
    """A 9.9 is no like day of an 11.11; where two campaigns meet, the double date counts."""
    rows = pl.read_csv(Settings().data_dir / "calendar.csv", try_parse_dates=True, schema_overrides={"campaign": pl.String()})
    assert not rows["date"].is_duplicated().any()
    named = dict(rows.select("date", "campaign").iter_rows())
    double = {date(year, n, n): f"{n}.{n}" for year in (2025, 2026, 2027) for n in (9, 10, 11, 12)}
    assert {day: name for day, name in named.items() if day in double} == double
    assert set(named.values()) == {*double.values(), "payday", "ramadan", "lebaran"}


def test_a_log_or_store_elsewhere(tmp_home: Path, tmp_path: Path) -> None:
    settings = Settings(log_url="sqlite:///deep/down/log.sqlite3", database_url=f"sqlite:///{tmp_path}/store.sqlite3")
    runtime.close(runtime.open_services(settings, role="edge"))
    assert (tmp_home / "deep" / "down" / "log.sqlite3").exists()
    assert (tmp_path / "store.sqlite3").exists()
    with pytest.raises(ValidationError, match="Kafka log belongs to a later release"):
        Settings(log_url="kafka://broker:9092/events")
