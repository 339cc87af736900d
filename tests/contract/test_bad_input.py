"""What does each kind of bad input get? The exact problem body (issue: Must show 3)."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.api.services import Services
from app.domain.levels import Role
from app.store import keys
from app.store.engine import write
from tests.contract.house import INFLATED, LIMIT, NOW_US, bearer, event, logged, new_key

NDJSON = {"Content-Type": "application/x-ndjson"}
TYPES = "session_started, price, sale, sale_changed, session_status, heartbeat, session_ended"
MONEY = 'must be an integer in the smallest traded unit, or a string of digits; 45000.0 and "45.000" are refused'


def problem(slug: str, title: str, status: int, detail: str, **members: Any) -> dict[str, Any]:
    return {"type": f"/problems/{slug}", "title": title, "status": status, "detail": detail, "request_id": "test", **members}


def nothing(receipt_id: str, *rejected: dict[str, Any], unknown: dict[str, int] | None = None) -> dict[str, Any]:
    return problem(
        "nothing-accepted",
        "No event was accepted",
        422,
        "Every event was refused; `rejected` names field and problem of each.",
        receipt_id=receipt_id,
        accepted=0,
        rejected=list(rejected),
        unknown_fields=unknown or {},
        notes=[],
    )


def refusal(field: str | None, sentence: str, index: int = 0, event_id: str | None = "e-1") -> dict[str, Any]:
    return {"index": index, "event_id": event_id, "field": field, "problem": sentence}


def answered(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    return body


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"type": "prize"}, "type", f"must be one of {TYPES}"),
        ({"price": -1}, "price", "must not be negative"),
        ({"price": 45000.0}, "price", MONEY),
        ({"price": "45.000"}, "price", MONEY),
        ({"price": True}, "price", MONEY),
        ({"price": 10**12 + 1}, "price", "must be at most 10^12"),
        ({"seller_id": "x" * 150_000}, "seller_id", "must be a string of 1 to 128 characters without control characters, quotes, "
         "braces, angle brackets or backslashes"),
        ({"seller_id": 7}, "seller_id", "must be a string of 1 to 128 characters without control characters, quotes, "
         "braces, angle brackets or backslashes"),
        ({"currency": "RPH"}, "currency", "must be a known ISO 4217 code of three upper-case letters, such as IDR"),
        ({"occurred_at": "2026-11-11T20:00:01"}, "occurred_at", "has no time zone: end it with Z or an offset such as +07:00"),
        ({"occurred_at": "2026-11-11T22:31:40+07:00"}, "occurred_at",
         "is more than 300 seconds ahead of the time at which it was received"),
        ({"type": "sale", "quantity": 0.3284}, "quantity", "must be a number above 0 and at most 10^6 with at most three decimals"),
    ],
)  # fmt: skip
def test_one_bad_event_is_worded(client: TestClient, key: dict[str, str], changes: dict[str, Any], field: str, sentence: str) -> None:
    body = answered(client.post("/v1/events", headers=key, json=event(**changes)), 422)
    assert body == nothing(body["receipt_id"], refusal(field, sentence))
    assert len(client.get("/v1/rejections", headers=key).json()["items"]) == 1


def test_broken_json(client: TestClient, key: dict[str, str]) -> None:
    response = client.post("/v1/events", headers={**key, "Content-Type": "application/json"}, content=b'{"type":"price",')
    detail = "The body is not JSON: Expecting property name enclosed in double quotes at character 16."
    assert answered(response, 400) == problem("not-json", "The body is not JSON", 400, detail)


def test_one_bad_line_among_a_thousand(client: TestClient, key: dict[str, str], services: Services) -> None:
    lines = [json.dumps(event(event_id=f"e-{i}")) for i in range(1000)]
    lines[500] = lines[500][:-1]
    body = client.post("/v1/events", headers={**key, **NDJSON}, content="\n".join(lines)[:LIMIT])
    assert body.status_code == 202
    assert body.json()["accepted"] == 999
    sentence = f"is not JSON: Expecting ',' delimiter at character {len(lines[500])}"
    assert body.json()["rejected"] == [refusal(None, sentence, index=500, event_id=None)]
    assert logged(services) == 1


def test_a_misspelt_field_is_named(client: TestClient, key: dict[str, str]) -> None:
    body = client.post("/v1/events", headers=key, json=event(seller_vouchr=500)).json()
    assert body["unknown_fields"] == {"seller_vouchr": 1}
    assert body["notes"] == ['unknown field "seller_vouchr": did you mean "seller_voucher"?']
    misspelt = {name if name != "price" else "pirce": value for name, value in event().items()}
    body = answered(client.post("/v1/events", headers=key, json=misspelt), 422)
    expected = refusal("price", 'is missing (the unknown field "pirce" looks like it)')
    hint = 'unknown field "pirce": did you mean "price"?'
    assert body == {**nothing(body["receipt_id"], expected, unknown={"pirce": 1}), "notes": [hint]}


def test_not_a_number(client: TestClient, key: dict[str, str]) -> None:
    line = json.dumps(event()).replace("45000", "NaN")
    body = answered(client.post("/v1/events", headers={**key, **NDJSON}, content=line), 400)
    detail = "No line of the body is JSON; the first is not JSON: NaN is not a JSON number."
    assert body == problem("not-json", "The body is not JSON", 400, detail)


def test_ten_megabytes_in_a_string(client: TestClient, key: dict[str, str]) -> None:
    response = client.post("/v1/events", headers=key, json=event(seller_id="x" * 10_000_000))
    expected = problem("too-large", "The request is too large", 413, f"The body is larger than {LIMIT} bytes.", limit={"body_bytes": LIMIT})
    assert answered(response, 413) == expected


def test_reused_event_id(client: TestClient, key: dict[str, str]) -> None:
    batch = [event(), event(), event(price=1), event(event_id="e-2")]
    body = client.post("/v1/events", headers=key, json=batch).json()
    assert body["accepted"] == 3
    sentence = "event_id_reused: another event of this request has the same event_id and other content"
    assert body["rejected"] == [refusal("event_id", sentence, index=2)]


def test_another_platforms_session(client: TestClient, key: dict[str, str]) -> None:
    body = answered(client.post("/v1/events", headers=key, json=event(session_platform="shopee")), 403)
    assert body == problem(
        "other-platform",
        "Another platform's data",
        403,
        "Every event names a session of a platform that this key does not list.",
        receipt_id=body["receipt_id"],
        accepted=0,
        rejected=[refusal("session_platform", "this key may not speak for that platform")],
        unknown_fields={},
        notes=[],
    )


def test_no_key_and_unknown_key(client: TestClient) -> None:
    for headers, detail in (({}, "No bearer key was sent."), ({"Authorization": "Bearer kwl_nobody"}, "The key is not known.")):
        response = client.post("/v1/events", headers={**headers, "X-Request-Id": "test"}, json=event())
        assert answered(response, 401) == problem("not-authenticated", "No valid key", 401, detail)
        assert response.headers["www-authenticate"] == 'Bearer realm="kawal"'


def test_the_key_comes_before_the_limit(client: TestClient) -> None:
    assert client.post("/v1/events", content=b"x" * (LIMIT + 1)).status_code == 401


def test_revoked_key(client: TestClient, services: Services) -> None:
    key_id, secret = new_key(services)
    with write(services.engine) as connection:
        keys.revoke(connection, key_id, NOW_US)
    response = client.post("/v1/events", headers=bearer(secret), json=event())
    assert answered(response, 401) == problem("key-revoked", "The key was revoked", 401, f"The key {key_id} was revoked.")


def test_wrong_role(client: TestClient, services: Services) -> None:
    _, secret = new_key(services, Role.ANALYST)
    response = client.post("/v1/events", headers=bearer(secret), json=event())
    detail = "A key of role analyst may not do this."
    assert answered(response, 403) == problem("forbidden", "The key may not do this", 403, detail, roles=["admin", "platform"])


@pytest.mark.parametrize("media", ["application/json", "application/x-ndjson"])
def test_empty_body(client: TestClient, key: dict[str, str], media: str) -> None:
    response = client.post("/v1/events", headers={**key, "Content-Type": media}, content=b"")
    assert answered(response, 400) == problem("not-json", "The body is not JSON", 400, "The body is empty.")


def test_body_over_the_limit_in_chunks(client: TestClient, key: dict[str, str], services: Services) -> None:
    chunks = (b"x" * 10_000 for _ in range(LIMIT // 10_000 + 1))
    response = client.post("/v1/events", headers={**key, **NDJSON}, content=chunks)
    detail = f"The body is larger than {LIMIT} bytes."
    assert answered(response, 413) == problem("too-large", "The request is too large", 413, detail, limit={"body_bytes": LIMIT})
    assert logged(services) == 0


def test_zip_bomb(client: TestClient, key: dict[str, str]) -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    assert len(bomb) < LIMIT
    response = client.post("/v1/events", headers={**key, **NDJSON, "Content-Encoding": "gzip"}, content=bomb)
    detail = f"The body inflates to more than {INFLATED} bytes."
    expected = problem("too-large", "The request is too large", 413, detail, limit={"inflated_bytes": INFLATED})
    assert answered(response, 413) == expected


CUT_SHORT = gzip.compress(b"{}", mtime=0)[:-4]


@pytest.mark.parametrize(
    ("headers", "content", "status", "slug", "detail"),
    [
        ({"Content-Type": "text/csv"}, b"x", 415, "media-type-not-supported", "Content-Type text/csv is not supported."),
        ({}, b"x", 415, "media-type-not-supported", "Content-Type (none) is not supported."),
        ({"Content-Type": "application/vnd.apache.arrow.stream"}, b"x", 415, "media-type-not-supported",
         "Content-Type application/vnd.apache.arrow.stream is not supported yet."),
        ({**NDJSON, "Content-Encoding": "zstd"}, b"x", 415, "media-type-not-supported", "Content-Encoding zstd is not supported."),
        ({**NDJSON, "Content-Encoding": "gzip"}, b"x" * 20, 400, "encoding-not-valid", "The body is not gzip."),
        ({**NDJSON, "Content-Encoding": "gzip"}, CUT_SHORT, 400, "encoding-not-valid", "The gzip stream ends too early."),
        ({**NDJSON, "Kawal-Backfill": "true"}, b"{}", 422, "backfill-not-supported",
         "Kawal-Backfill: true is not supported yet; nothing was stored."),
        ({**NDJSON, "Kawal-Schema": "2031-01"}, b"{}", 422, "request-not-valid", "One or more fields are not valid."),
        ({"Content-Type": "application/json"}, b"[]", 400, "not-json", "The array holds no event."),
        ({"Content-Type": "application/json"}, b'{"a":1}\n{"a":2}', 400, "not-json",
         "The body is not JSON: Extra data at character 8. For one event per line send Content-Type: application/x-ndjson."),
        ({**NDJSON}, b"\xff\xfe", 400, "not-json", "No line of the body is JSON; the first is not JSON: it is not UTF-8."),
        ({"Content-Type": "application/json"}, b"[" * 100_000, 400, "not-json", "The body is nested too deeply."),
    ],
)  # fmt: skip
def test_whole_requests_refused(
    client: TestClient, key: dict[str, str], headers: dict[str, str], content: bytes, status: int, slug: str, detail: str
) -> None:
    body = answered(client.post("/v1/events", headers={**key, **headers}, content=content), status)
    assert (body["type"], body["detail"]) == (f"/problems/{slug}", detail)
    assert client.get(body["type"]).json()["status"] == status
