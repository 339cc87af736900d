"""What did the service find? Sessions, products, findings and health, read page by page with a reader's key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx2

from app.client.failure import ClientError
from app.client.wire import Params, Wire


class Reader:
    """One key's view of the service. `filters` are those of the API (`flagged=True`, `level=3`, ...). Use it in a `with`."""

    def __init__(
        self, url: str, key: str, *, timeout: float = 30.0, patience: float = 60.0, transport: httpx2.BaseTransport | None = None
    ) -> None:
        self._wire = Wire(url, key, timeout=timeout, patience=patience, transport=transport)

    def sessions(self, **filters: str | int | bool | list[str]) -> Iterator[dict[str, Any]]:
        """Sessions, most harm first."""
        return self._pages("/v1/sessions", filters)

    def products(self, platform: str, session_id: str, **filters: str | int | bool | list[str]) -> Iterator[dict[str, Any]]:
        """Every product of a session, flagged or not."""
        return self._pages(f"/v1/sessions/{quote(f'{platform}:{session_id}', safe='/')}/products", filters)

    def findings(self, **filters: str | int | bool | list[str]) -> Iterator[dict[str, Any]]:
        """Findings, most harm first."""
        return self._pages("/v1/findings", filters)

    def finding(self, finding_id: str) -> dict[str, Any]:
        """One finding with its reasons, tests and defences."""
        return self._wire.ask("GET", f"/v1/findings/{quote(finding_id, safe='')}")

    def ready(self) -> bool:
        """Is every part of the service well? Asked until it is, or until the patience ends."""
        try:
            return self._wire.ask("GET", "/readyz").get("status") == "ready"
        except ClientError:
            return False

    def _pages(self, path: str, filters: Params) -> Iterator[dict[str, Any]]:
        page = self._wire.ask("GET", path, params=filters)
        yield from page["items"]
        while page.get("next"):
            page = self._wire.ask("GET", path, params={**filters, "cursor": page["next"]})
            yield from page["items"]

    def close(self) -> None:
        """Close the connection."""
        self._wire.close()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
