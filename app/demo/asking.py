"""How does a person's program talk to the service? JSON over HTTP with one key; whatever is not 2xx ends the demonstration."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import httpx2

from app.demo.failure import DemoFailed


class Api:
    """The service as one key sees it. Use it in a `with`."""

    def __init__(self, url: str, key: str) -> None:
        self._client = httpx2.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=60.0, trust_env=False)

    def get(self, path: str, **query: str | int) -> Any:
        """JSON of a GET."""
        return self.asked("GET", path, params=query).json()

    def put(self, path: str, body: object) -> Any:
        """JSON of a PUT."""
        return self.asked("PUT", path, json=body).json()

    def post(self, path: str, body: object = None) -> Any:
        """JSON of a POST."""
        return self.asked("POST", path, json=body).json()

    def asked(self, method: str, path: str, **more: Any) -> httpx2.Response:
        """The answer. Raises DemoFailed with the problem's own words."""
        try:
            answer = self._client.request(method, path, **more)
        except httpx2.TransportError as error:
            raise DemoFailed(f"{method} {path}: {type(error).__name__} {error}") from error
        if not answer.is_success:
            raise DemoFailed(f"{method} {path}: expected 2xx, found {answer.status_code} {_problem(answer)}")
        return answer

    def __enter__(self) -> Api:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()


def segment(text: str) -> str:
    """A name as a part of a path."""
    return quote(text, safe="")


def _problem(answer: httpx2.Response) -> str:
    try:
        body = answer.json()
    except ValueError:
        return answer.text[:300]
    said = {name: body[name] for name in ("detail", "errors", "code", "checks") if name in body}
    return json.dumps(said, ensure_ascii=False)[:600]
