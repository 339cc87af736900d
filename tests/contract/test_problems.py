"""Is every error a problem whose type resolves? Also those that no handler of ours raised."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from app.api.services import Services
from app.domain.levels import Role
from tests.contract.house import bearer, new_key


def test_404_and_405(client: TestClient) -> None:
    missing = client.get("/v1/nothing-here", headers={"X-Request-Id": "test"})
    assert missing.headers["content-type"] == "application/problem+json"
    assert missing.json() == {
        "type": "/problems/not-found",
        "title": "Not found",
        "status": 404,
        "detail": "GET /v1/nothing-here is not offered here.",
        "request_id": "test",
    }
    wrong = client.put("/v1/events")
    assert wrong.status_code == 405
    assert wrong.headers["allow"] == "POST"
    assert wrong.json()["type"] == "/problems/method-not-allowed"


def test_422_does_not_echo_the_input(client: TestClient, services: Services) -> None:
    _, admin = new_key(services, Role.ADMIN, ())
    response = client.post("/v1/keys", headers=bearer(admin), json={"name": "x", "role": "hunter2", "secret": "hunter2"})
    assert response.status_code == 422
    assert response.json()["type"] == "/problems/request-not-valid"
    assert {e["field"] for e in response.json()["errors"]} == {"body.role", "body.secret"}
    assert "hunter2" not in response.text


def test_500_keeps_its_message_to_itself(client: TestClient, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the secret is hunter2")

    monkeypatch.setattr("app.api.keys._list", broken)
    _, admin = new_key(services, Role.ADMIN, ())
    response = client.get("/v1/keys", headers=bearer(admin))
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-request-id"] == "test"
    assert response.json()["type"] == "/problems/internal"
    assert "hunter2" not in response.text


def test_a_log_that_cannot_be_written_is_503(client: TestClient, key: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    from app.log.port import LogFull, LogNotWritable
    from app.log.sqlite import SqliteEventLog
    from tests.contract.house import event

    for error, status, slug in ((LogFull, 429, "log-full"), (LogNotWritable, 503, "not-writable")):

        def refuse(*_: object, why: type[Exception] = error) -> None:
            raise why("disk")

        monkeypatch.setattr(SqliteEventLog, "append", refuse)
        response = client.post("/v1/events", headers=key, json=event())
        assert (response.status_code, response.json()["type"]) == (status, f"/problems/{slug}")
        assert response.headers["retry-after"] == "5"


def test_every_type_resolves(client: TestClient) -> None:
    for kind in client.get("/problems").json()["items"]:
        assert client.get(kind["type"]).json() == kind
    assert client.get("/problems/none").status_code == 404
