"""A process was killed between the commit of a snapshot and its announcement: does the next start tell it, once and only where untold?"""

from __future__ import annotations

from pathlib import Path

from app import runtime
from app.log.port import EventLog, Part
from app.log.record import pack_control, unpack
from app.settings import Settings
from app.store import announcing, snapshots, tables
from tests.property.rig import Rig


def announced(log: EventLog, partition: int = 0) -> list[int]:
    controls = [unpack(r.body) for r in log.read(partition, 0)]
    return [int(c.control["version"]) for c in controls if c.header.kind == "config" and c.control is not None]


def test_an_untold_version_is_told_and_comes_into_force(tmp_path: Path) -> None:
    rig = Rig(tmp_path, 3)
    assert announcing.catch_up(rig.engine, rig.log, "test") == [], "nothing is published"
    first = rig.configure(alpha_open=0.01)
    assert announcing.catch_up(rig.engine, rig.log, "test") == [], "no partition has read yet, and the log says it"
    rig.drain()
    newest = snapshots.publish(rig.engine, "test", "killed before it was told", alpha_open=0.02)
    rig.log.append([Part(1, pack_control("config", {"version": newest}, edge="test"))])
    assert announcing.catch_up(rig.engine, rig.log, "test") == [0, 2], "the second is told by its log"
    assert announcing.catch_up(rig.engine, rig.log, "test") == []
    assert [announced(rig.log, p) for p in range(3)] == [[first, newest]] * 3
    rig.drain()
    assert {r["config_version"] for r in rig.rows(tables.ledger)} == {newest}
    assert announcing.catch_up(rig.engine, rig.log, "test") == []
    rig.close()


def test_a_detector_starts_with_the_newest(tmp_home: Path, tmp_path: Path) -> None:
    settings = Settings(models_dir=tmp_path)
    services = runtime.open_services(settings, role="edge")
    newest = snapshots.publish(services.engine, "test", "killed before it was told", alpha_open=0.02)
    assert newest not in announced(services.log)
    runtime.close(services)
    for _ in range(2):
        services = runtime.open_services(settings, role="detector")
        assert announced(services.log).count(newest) == 1
        runtime.close(services)
