"""How is one request carried? One connection, no redirects, a bounded answer, and tries again where that can help."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2

from app.client.failure import ClientError, NoAnswer, ServiceRefused
from app.client.patience import Patience

AGAIN: Final = (429, 502, 503, 504)
ANSWER_LIMIT_BYTES: Final = 64 * 1024 * 1024
Params = Mapping[str, str | int | bool | list[str]]


class Wire:
    """A kept connection to one service with one key. Close it, or use it in a `with`."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        timeout: float = 30.0,
        patience: float = 300.0,
        transport: httpx2.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ClientError(f"{url!r} is no http(s) address of a service")
        self._patience = patience
        self._sleep = sleep
        self._client = httpx2.Client(
            base_url=url.rstrip("/"),
            headers={"Authorization": f"Bearer {key}", "User-Agent": "kawal-client", "Accept-Encoding": "identity"},
            timeout=timeout,
            transport=transport,
            follow_redirects=False,
            # a proxy of the environment must not stand between two processes of one machine
            trust_env=parts.hostname not in ("localhost", "127.0.0.1", "::1"),
        )

    def ask(
        self, method: str, path: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None, params: Params | None = None
    ) -> dict[str, Any]:
        """The JSON object of a 2xx answer. Raises ServiceRefused, NoAnswer. Only for requests that may be made twice."""
        patience = Patience(self._patience, self._sleep)
        while True:
            request = self._client.build_request(method, path, content=body, headers=headers, params=params)
            try:
                answer = self._once(request)
            except (httpx2.TransportError, httpx2.DecodingError) as error:
                if not patience.wait():
                    raise NoAnswer(f"{request.url}: {type(error).__name__} {error} ({patience.tries + 1} tries)") from error
                continue
            if answer.status in AGAIN and patience.wait(answer.retry_after):
                continue
            return answer.checked()

    def _once(self, request: httpx2.Request) -> _Answer:
        response = self._client.send(request, stream=True)
        try:
            content = bytearray()
            for chunk in response.iter_bytes():
                content += chunk
                if len(content) > ANSWER_LIMIT_BYTES:
                    raise NoAnswer(f"{request.url}: the answer is longer than {ANSWER_LIMIT_BYTES} bytes")
            return _Answer(response.status_code, response.headers.get("retry-after"), bytes(content))
        finally:
            response.close()

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Answer:
    def __init__(self, status: int, retry_after: str | None, content: bytes) -> None:
        self.status = status
        self.retry_after = retry_after
        self._content = content

    def checked(self) -> dict[str, Any]:
        try:
            body = json.loads(self._content)
        except ValueError:
            body = None
        known = body if isinstance(body, dict) else {}
        if not 200 <= self.status < 300:
            raise ServiceRefused(self.status, known)
        if not isinstance(body, dict):
            raise NoAnswer(f"{self.status} without a JSON object: is this the address of a Kawal Harga service?")
        return known
