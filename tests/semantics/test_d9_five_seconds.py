"""D9 on the clock: a product the law cannot judge holds nobody up. The service runs as it does live, its detector in a thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from fastapi.testclient import TestClient

from app.domain.levels import Role
from app.main import create_app
from app.runtime import create_key
from app.settings import Settings
from app.worker import line

SECONDS = 5.0
AGO = timedelta(seconds=40)
"""Events of so long ago lie in a pane that the next heartbeat closes."""


@pytest.fixture
def client(tmp_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    judged = line.legal_levels

    def poisoned(frame: pl.DataFrame, *rest: Any) -> pl.DataFrame:
        if (frame["product_id"] == "p-bad").any():
            raise ArithmeticError("poison for p-bad")
        return judged(frame, *rest)

    monkeypatch.setattr(line, "legal_levels", poisoned)
    secret = create_key(Settings(), "kios", Role.PLATFORM, ("kios",), sandbox=False)[1]
    headers = {"authorization": f"Bearer {secret}"}
    with TestClient(create_app(Settings()), base_url="http://localhost", headers=headers) as opened:
        yield opened


def within(client: TestClient, began: float, said: Callable[[], Any], what: str) -> Any:
    """The first true answer, five seconds at most after `began`; the service stays ready all the while."""
    while True:
        assert client.get("/readyz").status_code == 200, what
        if answer := said():
            return answer
        assert time.monotonic() < began + SECONDS, f"not within {SECONDS} s: {what}"
        time.sleep(0.02)


def post(client: TestClient, event_id: str, product: str = "p-good", **changes: Any) -> float:
    """A sale, acknowledged; the moment it was."""
    assert sent(client, event_id, product, **changes)
    return time.monotonic()


def sent(client: TestClient, event_id: str, product: str, **changes: Any) -> str:
    """The receipt of a sale."""
    pair = {"session_id": "s-1", "seller_id": "toko-1", "product_id": product, "category_id": "c", "currency": "IDR"}
    told = {"type": "sale", "event_id": event_id, "occurred_at": (datetime.now(UTC) - AGO).isoformat(), "price": 45_000, "quantity": 1}
    answer = client.post("/v1/events", json=[pair | told | changes])
    assert (answer.status_code, answer.json()["accepted"]) == (202, 1), answer.text
    return str(answer.json()["receipt_id"])


def beat(client: TestClient, event_id: str) -> float:
    """Everything before now is sent: the panes of the sales close."""
    event = {"type": "heartbeat", "event_id": event_id, "occurred_at": datetime.now(UTC).isoformat()}
    assert client.post("/v1/events", json=[event]).status_code == 202
    return time.monotonic()


def early(client: TestClient, product: str) -> dict[str, Any] | None:
    answer = client.get("/v1/sessions/kios:s-1/products", params={"include": "provisional", "product_id": product})
    found = answer.json()["items"] if answer.status_code == 200 else []
    return found[0]["provisional"] if found else None


def listed(client: TestClient) -> list[dict[str, Any]]:
    return client.get("/v1/rejections").json()["items"]  # type: ignore[no-any-return]


def test_after_a_poisoned_pair_a_good_event_is_seen_in_five_seconds(client: TestClient) -> None:
    post(client, "bad-1", "p-bad")
    began = post(client, "good-1")
    seen = within(client, began, lambda: early(client, "p-good"), "a provisional judgement beside the poison")
    assert seen["figures"]["w1"]["units"] == "1.000"

    closed = beat(client, "h-1")
    (refused,) = within(client, closed, lambda: listed(client), "the pair is listed")
    assert "poison for p-bad" in refused["problem"]

    began = post(client, "good-2", occurred_at=datetime.now(UTC).isoformat())
    after = within(client, began, lambda: early(client, "p-good"), "a provisional judgement after the poison")
    assert after["log_position"] > seen["log_position"]
    assert early(client, "p-bad") is None, "nothing is made up for what cannot be judged"


def test_its_rows_stay_counted_and_the_detector_goes_on(client: TestClient) -> None:
    receipts = [sent(client, f"bad-{n}", "p-bad") for n in range(3)]
    closed = beat(client, "h-1")
    within(client, closed, lambda: listed(client), "the pair is listed")
    for receipt in receipts:
        told = within(client, closed, lambda r=receipt: worked(client, r), "the receipt is complete")
        assert (told["counted"], told["skipped"], told["late"], told["duplicate"]) == (1, 0, 0, 0)


def worked(client: TestClient, receipt: str) -> dict[str, Any] | None:
    told: dict[str, Any] = client.get(f"/v1/receipts/{receipt}").json()
    return None if told["pending"] else told
