"""Does a stop hurt? SIGTERM in mid-evening loses and doubles nothing; a full disk stops judging, is said by readiness, not by liveness."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx2
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event

from app.client.replay import replay
from app.client.tally import ReplaySummary
from app.domain.levels import Role
from app.main import create_app
from app.runtime import create_key
from app.settings import Settings
from app.training.evening.write import EveningFiles
from tests.e2e.conftest import Night, Prepared
from tests.e2e.house import caught_up, copied, finals, serving, until, versions
from tests.e2e.test_isolation import evening as short_evening

ENDS_SECONDS = 10.0


def worked(home: Path) -> int:
    """Records of rows that the detector has committed."""
    with closing(sqlite3.connect(home / "store.sqlite3")) as store:
        return int(store.execute("SELECT count(*) FROM record_count").fetchone()[0])


class Halfway(httpx2.HTTPTransport):
    """Holds the twelfth request back until the service is being stopped, so that it meets a service that goes away."""

    def __init__(self) -> None:
        super().__init__()
        self.requests = 0
        self.reached, self.going = threading.Event(), threading.Event()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.requests += 1
        if self.requests == 12:
            self.reached.set()
            assert self.going.wait(60)
        return super().handle_request(request)


def test_a_stop_in_mid_evening_changes_nothing(
    prepared: Prepared, evening: EveningFiles, night: Night, tmp_path: Path, free_port: int
) -> None:
    home = copied(prepared.home, tmp_path / "home")
    said: list[ReplaySummary] = []
    way = Halfway()

    def send(url: str) -> None:
        said.append(replay([evening.events], to=url, key=prepared.sender, batch=500, seal=True, progress=False, transport=way))

    with serving(home, port=free_port, keep_finals=True) as first:
        sender = threading.Thread(target=send, args=(first.url,))
        sender.start()
        assert way.reached.wait(60)
        until(lambda: worked(home) >= 5, what="some records worked")
        way.going.set()
        assert first.stop() < ENDS_SECONDS
    assert sender.is_alive(), "the sender waits for the service"
    assert 0 < len(finals(home)) < len(finals(night.home)), "in mid-evening"
    with serving(home, port=free_port, keep_finals=True):
        sender.join(120)
        assert said, "the replay has ended"
        until(lambda: caught_up(home), what="every record worked")
    assert said[0].accepted + said[0].repeated == night.summary.accepted
    again, undisturbed = finals(home), finals(night.home)
    assert again.keys() == undisturbed.keys()
    assert [place for place, body in undisturbed.items() if again[place] != body] == []
    assert versions(home) == versions(night.home)


def test_the_logs_are_lines_of_json_and_the_end_is_quick(tmp_path: Path) -> None:
    with serving(tmp_path) as service, service.client() as client:
        assert client.get("/livez").json() == {"status": "alive"}
        ready = client.get("/readyz").json()
        assert ready == {"status": "ready", "checks": {"log": "ok", "store": "ok", "detector": "ok"}}
        assert "kawal_http_requests_total" in client.get("/metrics").text
        assert service.stop() < ENDS_SECONDS
    assert {"event", "level", "logger", "at"} <= set.intersection(*(set(line) for line in service.lines()))
    assert service.lines()[-1]["event"].startswith("Finished server process")


@pytest.fixture
def opened(tmp_home: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings()), base_url="http://localhost") as client:
        yield client


def bearer(home: Path) -> dict[str, str]:
    secret = create_key(Settings(home=home), "test", Role.PLATFORM, ("kios",), sandbox=False)[1]
    return {"Authorization": f"Bearer {secret}"}


def fill(engine: Engine) -> None:
    """From now on the store's file may not grow: as on a full disk."""

    def limited(connection: sqlite3.Connection, _: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}").close()

    event.listen(engine, "connect", limited)
    engine.dispose()


def test_a_full_disk_stops_judging_and_says_so(opened: TestClient, tmp_home: Path) -> None:
    key = bearer(tmp_home)
    until(lambda: opened.get("/readyz").status_code == 200, what="ready")
    fill(opened.app.state.services.engine)  # type: ignore[attr-defined]
    until(lambda: _failed(opened, key), 30, "the detector's failure")
    problem = opened.get("/readyz")
    assert problem.headers["content-type"] == "application/problem+json"
    assert (problem.json()["type"], problem.json()["checks"]["detector"]) == ("/problems/not-ready", "stopped: OperationalError")
    assert "SQL" not in problem.text
    assert (opened.get("/livez").status_code, opened.get("/livez").json()) == (200, {"status": "alive"})


def _failed(client: TestClient, key: dict[str, str]) -> bool:
    client.post("/v1/events", json=short_evening(), headers=key)
    return client.get("/readyz").status_code == 503


def test_after_room_is_made_a_start_goes_on(tmp_home: Path) -> None:
    key = bearer(tmp_home)
    with TestClient(create_app(Settings()), base_url="http://localhost") as client:
        fill(client.app.state.services.engine)  # type: ignore[attr-defined]
        until(lambda: _failed(client, key), 30, "the detector's failure")
    with TestClient(create_app(Settings()), base_url="http://localhost") as client:
        until(lambda: caught_up(tmp_home), what="every record worked")
        assert client.get("/readyz").status_code == 200


def test_a_service_over_anothers_partitions_does_not_start(tmp_home: Path) -> None:
    with TestClient(create_app(Settings()), base_url="http://localhost"):
        pass
    with pytest.raises(Exception, match="partitions for ever"), TestClient(create_app(Settings(partitions=3))):
        pass
