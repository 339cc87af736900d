"""Does it run for real? One smoke test over a uvicorn socket, because TestClient stays green where uvicorn fails."""

from __future__ import annotations

import http.client
import json
import threading
import time

import uvicorn

from app.api.services import Services
from app.main import create_app
from tests.contract.house import event


def test_over_a_socket(services: Services, key: dict[str, str]) -> None:
    config = uvicorn.Config(create_app(services.settings, services), host="127.0.0.1", port=0, log_config=None, ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        status, body = ask(port, "POST", "/v1/events", key, json.dumps(event()).encode())
        assert (status, body["accepted"]) == (202, 1)
        status, body = ask(port, "GET", f"/v1/receipts/{body['receipt_id']}", key)
        assert (status, body["pending"]) == (200, 1)
        assert ask(port, "GET", "/readyz", {})[0] == 200
        assert ask(port, "GET", "/nothing", {})[1]["type"] == "/problems/not-found"
    finally:
        server.should_exit = True
        thread.join(10)


def ask(port: int, method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> tuple[int, dict]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, body, {**headers, "Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()
