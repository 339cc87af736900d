"""Does the sender hold on where that helps, and speak clearly where it does not?"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import httpx2
import pytest

from app.client.failure import ClientError, NoAnswer, ServiceRefused
from app.client.patience import asked_seconds
from app.client.reading import Reader
from app.client.sender import Sender
from tests.client.service import KEY, URL, FakeDoor, price, problem

LINES = json.dumps(price("a", 0)).encode()


def sender(door: httpx2.BaseTransport, slept: list[float] | None = None, patience: float = 300.0) -> Sender:
    return Sender(URL, KEY, transport=door, patience=patience, sleep=([] if slept is None else slept).append)


def test_a_post() -> None:
    door = FakeDoor()
    receipt = sender(door).send(LINES)
    assert (receipt.accepted, receipt.rejected, receipt.repeated) == (1, (), False)
    request = door.requests[0]
    assert (request.url.path, request.headers["authorization"]) == ("/v1/events", f"Bearer {KEY}")
    assert request.headers["content-type"] == "application/x-ndjson"
    assert request.headers["content-encoding"] == "gzip"
    assert sender(door).send(LINES).repeated, "equal lines are equal requests"
    assert not sender(door).send(LINES, gzip=False).repeated
    assert "content-encoding" not in door.requests[-1].headers


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_tries_again_with_the_same_request(status: int) -> None:
    door, slept = FakeDoor(problem(status, "x"), httpx2.ConnectError("refused"), httpx2.ReadTimeout("slow")), []
    assert sender(door, slept).send(LINES).accepted == 1
    assert len({request.headers["idempotency-key"] for request in door.requests}) == 1
    assert len(door.requests) == 4
    for wait, step in zip(slept, (0.25, 0.5, 1.0), strict=True):
        assert step / 2 <= wait <= step


def test_retry_after_is_honoured() -> None:
    door, slept = FakeDoor(problem(429, "log-full", {"Retry-After": "7"})), []
    sender(door, slept).send(LINES)
    assert slept == [7.0]


def test_patience_ends() -> None:
    full = problem(429, "log-full", {"Retry-After": "7"})
    slept: list[float] = []
    with pytest.raises(ServiceRefused, match="429 log-full: why"):
        sender(FakeDoor(full, full, full), slept, patience=15).send(LINES)
    assert slept == [7.0, 7.0]
    with pytest.raises(NoAnswer, match="ConnectError"):
        sender(FakeDoor(*[httpx2.ConnectError("refused")] * 9), patience=1).send(LINES)


def test_retry_after_as_a_date_or_as_nonsense() -> None:
    assert 50 < asked_seconds(format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)) <= 60
    assert [asked_seconds(text) for text in (None, "soon", "-3", "Wed, 21 Oct 2015 07:28:00 GMT", "99999999999999")] == [
        0,
        0,
        0,
        0,
        999999999,
    ]


def test_a_refusal_is_an_error_with_its_body() -> None:
    door = FakeDoor(problem(415, "media-type-not-supported", supported=["application/json"]))
    with pytest.raises(ServiceRefused) as refused:
        sender(door).send(LINES)
    assert (refused.value.status, refused.value.slug, len(door.requests)) == (415, "media-type-not-supported", 1)
    assert refused.value.problem["supported"] == ["application/json"]
    assert str(refused.value) == '415 media-type-not-supported: why ["application/json"]'


def test_nothing_accepted_is_a_receipt() -> None:
    rejected = [{"index": 0, "event_id": "a", "field": "price", "problem": "must not be negative"}]
    door = FakeDoor(problem(422, "nothing-accepted", receipt_id="r_1", accepted=0, rejected=rejected, unknown_fields={}, notes=[]))
    receipt = sender(door).send(LINES)
    assert (receipt.accepted, receipt.rejected[0].field) == (0, "price")


@pytest.mark.parametrize(
    "answer", [httpx2.Response(200, text="<html>"), httpx2.Response(200, json={"no": "receipt"}), httpx2.Response(202, json=[])]
)
def test_what_is_no_answer_of_the_service(answer: httpx2.Response) -> None:
    with pytest.raises(NoAnswer):
        sender(FakeDoor(answer)).send(LINES)


def test_redirects_are_not_followed() -> None:
    with pytest.raises(ServiceRefused, match="307"):
        sender(FakeDoor(httpx2.Response(307, headers={"Location": "http://elsewhere/"}))).send(LINES)


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://host", "http://"])
def test_an_address_is_an_address(url: str) -> None:
    with pytest.raises(ClientError, match="address"):
        Sender(url, KEY)


def test_heartbeats_of_two_keys_are_two_events() -> None:
    door = FakeDoor()
    moment = datetime(2026, 11, 11, 20, 5, tzinfo=timezone(timedelta(hours=7)))
    for key in (KEY, "kwl_other"):
        Sender(URL, key, transport=door).heartbeat(moment)
    assert {event["occurred_at"] for event in door.events} == {"2026-11-11T13:05:00.000000Z"}
    assert len({event["event_id"] for event in door.events}) == 2
    with pytest.raises(ValueError, match="zone"):
        Sender(URL, KEY, transport=door).heartbeat(datetime(2026, 11, 11))


def test_pages_are_walked() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        assert request.url.params["flagged"] == "true"
        last = request.url.params.get("cursor") == "c1"
        return httpx2.Response(200, json={"items": [{"n": 2 if last else 1}], "next": None if last else "c1"})

    with Reader(URL, KEY, transport=httpx2.MockTransport(answer)) as reader:
        assert [item["n"] for item in reader.sessions(flagged=True)] == [1, 2]
