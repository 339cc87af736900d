"""What does a good post get? Receipts, repeats, dry runs, sandbox, partitions (D1, D10, A6)."""

from __future__ import annotations

import gzip
import json
from concurrent.futures import ThreadPoolExecutor

import polars as pl
from fastapi.testclient import TestClient

from app.api.services import Services
from app.domain.levels import Role
from app.intake import examples
from app.log.record import unpack
from tests.contract.house import NOW_US, bearer, event, logged, new_key


def rows(services: Services) -> pl.DataFrame:
    frames = []
    for partition in range(services.log.partitions):
        for record in services.log.read(partition, services.log.bounds(partition)[0]):
            unpacked = unpack(record.body).rows
            assert unpacked is not None
            frames.append(unpacked.with_columns(pl.lit(partition).alias("partition")))
    return pl.concat(frames)


def test_a_receipt_and_its_repeat(client: TestClient, key: dict[str, str], services: Services) -> None:
    first = client.post("/v1/events", headers=key, json=event())
    assert first.status_code == 202
    receipt_id = first.json()["receipt_id"]
    assert first.json() == {"receipt_id": receipt_id, "accepted": 1, "rejected": [], "unknown_fields": {}, "notes": []}
    again = client.post("/v1/events", headers=key, json=event())
    assert again.json() == {**first.json(), "repeated": True}
    assert logged(services) == 1
    read = client.get(f"/v1/receipts/{receipt_id}", headers=key).json()
    assert read == {**first.json(), "counted": 0, "duplicate": 0, "late": 0, "skipped": 0, "pending": 1}


def test_equal_requests_at_once_are_logged_once(client: TestClient, key: dict[str, str], services: Services) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = [a.json() for a in pool.map(lambda _: client.post("/v1/events", headers=key, json=event()), range(4))]
    assert logged(services) == 1
    assert len({answer["receipt_id"] for answer in answers}) == 1
    assert sorted(answer.get("repeated", False) for answer in answers) == [False, True, True, True]


def test_receipts_are_their_keys_own(client: TestClient, key: dict[str, str], services: Services) -> None:
    receipt_id = client.post("/v1/events", headers=key, json=event()).json()["receipt_id"]
    other = bearer(new_key(services)[1])
    assert client.get(f"/v1/receipts/{receipt_id}", headers=other).status_code == 404
    admin = bearer(new_key(services, Role.ADMIN, ())[1])
    assert client.get(f"/v1/receipts/{receipt_id}", headers=admin).status_code == 200


def test_an_idempotency_key_names_one_body(client: TestClient, key: dict[str, str]) -> None:
    named = {**key, "Idempotency-Key": "monday-1"}
    assert client.post("/v1/events", headers=named, json=event()).status_code == 202
    other = client.post("/v1/events", headers=named, json=event(price=1))
    assert other.status_code == 422
    assert other.json()["type"] == "/problems/idempotency-key-reused"


def test_a_refused_post_is_repeated_too(client: TestClient, key: dict[str, str]) -> None:
    first = client.post("/v1/events", headers=key, json=event(price=-1)).json()
    again = client.post("/v1/events", headers=key, json=event(price=-1)).json()
    assert again == {**first, "repeated": True}
    items = client.get("/v1/rejections", headers=key).json()["items"]
    assert [item["known_fields"]["price"] for item in items] == [-1]
    assert items[0]["receipt_id"] == first["receipt_id"]


def test_rejections_page_by_page(client: TestClient, key: dict[str, str]) -> None:
    client.post("/v1/events", headers=key, json=[event(event_id=f"e-{i}", price=-1) for i in range(5)])
    seen, cursor = [], None
    while True:
        page = client.get("/v1/rejections", headers=key, params={"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        seen += [item["event_id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert sorted(seen) == [f"e-{i}" for i in range(5)]
    assert len(seen) == 5
    bent = client.get("/v1/rejections", headers=key, params={"cursor": "AAAA"})
    assert (bent.status_code, bent.json()["type"]) == (400, "/problems/cursor-not-valid")


def test_a_dry_run_stores_nothing(client: TestClient, key: dict[str, str], services: Services) -> None:
    answer = client.post("/v1/events?dry_run=true", headers=key, json=[event(), event(event_id="e-2", price=-1)])
    assert answer.status_code == 200
    assert (answer.json()["receipt_id"], answer.json()["accepted"], len(answer.json()["rejected"])) == (None, 1, 1)
    assert logged(services) == 0
    assert client.get("/v1/rejections", headers=key).json()["items"] == []


def test_gzip_and_ndjson(client: TestClient, key: dict[str, str], services: Services) -> None:
    body = gzip.compress("\n".join(json.dumps(example) for example in examples.ALL).encode())
    headers = {**key, "Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"}
    assert client.post("/v1/events", headers=headers, content=body).json()["accepted"] == 7
    stored = rows(services)
    assert stored.filter(~pl.col("copy")).height == 7
    # three session rows and the heartbeat go to each of three partitions
    assert stored.filter(pl.col("copy")).height == 8
    assert stored["posting_platform"].unique().to_list() == ["tiktok"]
    assert stored["received_us"].unique().to_list() == [NOW_US]


def test_a_sandbox_key_lives_on_a_platform_of_its_own(client: TestClient, services: Services) -> None:
    sandbox = bearer(new_key(services, sandbox=True)[1])
    batch = [event(), event(event_id="e-2", session_platform="tiktok"), event(event_id="e-3", session_platform="sandbox-tiktok")]
    assert client.post("/v1/events", headers=sandbox, json=batch).json()["accepted"] == 3
    assert rows(services).select("platform", "posting_platform").unique().rows() == [("sandbox-tiktok", "sandbox-tiktok")]


def test_products_under_two_keys_are_noted(client: TestClient, key: dict[str, str]) -> None:
    batch = [event(category_id="shirts"), event(event_id="e-2", category_id="kids-tshirt")]
    notes = client.post("/v1/events", headers=key, json=batch).json()["notes"]
    assert notes == ["product p-9 of tiktok came under the categories kids-tshirt, shirts: each is judged as a pair of its own"]


def test_keys_are_made_and_revoked_by_an_admin(client: TestClient, services: Services) -> None:
    admin = bearer(new_key(services, Role.ADMIN, ())[1])
    made = client.post("/v1/keys", headers=admin, json={"name": "Toko", "role": "platform", "platforms": ["shopee"]})
    assert made.status_code == 201
    fresh = bearer(made.json()["secret"])
    assert client.post("/v1/events", headers=fresh, json=event()).status_code == 202
    assert client.delete(f"/v1/keys/{made.json()['key_id']}", headers=admin).json()["revoked_at"] is not None
    refused = client.post("/v1/events", headers=fresh, json=event(event_id="e-9"))
    assert (refused.status_code, refused.json()["type"]) == (401, "/problems/key-revoked")
    assert "secret" not in client.get("/v1/keys", headers=admin).text
    assert [entry.action for entry in services.audit.entries()] == ["key.created", "key.revoked"]
    assert client.get("/v1/keys", headers=fresh).status_code == 401


def test_health(client: TestClient, key: dict[str, str]) -> None:
    client.post("/v1/events", headers=key, json=event())
    assert client.get("/livez").json() == {"status": "alive"}
    assert client.get("/readyz").json() == {"status": "ready", "checks": {"log": "ok", "store": "ok"}}
    text = client.get("/metrics").text
    assert 'kawal_events_accepted_total{platform="tiktok"} 1.0' in text
    assert 'kawal_http_requests_total{method="POST",route="/v1/events",status="202"} 1.0' in text


def test_not_ready_names_what_is_missing(services: Services) -> None:
    from dataclasses import replace

    from app.main import create_app

    ill = replace(services, checks={"detector": lambda: "stopped"})
    with TestClient(create_app(services.settings, ill)) as client:
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["detector"]) == (503, "stopped")
