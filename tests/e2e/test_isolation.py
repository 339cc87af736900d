"""Who sees what? No platform sees another's sessions, receipts or findings; sandbox data stays apart; observers only read (A6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from app.domain.levels import Role
from tests.e2e.house import Service, until

BEGIN = datetime(2026, 11, 10, 13, 0, tzinfo=UTC)


@dataclass
class Town:
    """Two platforms with the same evening: a seller under a documented cost. Clients by who holds the key."""

    of: dict[str, httpx2.Client]
    receipts: dict[str, str]

    def get(self, who: str, path: str, **query: Any) -> httpx2.Response:
        return self.of[who].get(path, params=query)

    def items(self, who: str, path: str, **query: Any) -> list[dict[str, Any]]:
        answer = self.get(who, path, **query)
        assert answer.is_success, answer.text
        return answer.json()["items"]

    def platforms(self, who: str) -> set[str]:
        return {s["platform"] for s in self.items(who, "/v1/sessions")}


def evening() -> list[dict[str, Any]]:
    """Twenty minutes of sales at 40,000, far under cost, and the word that they are over."""
    pair = {"session_id": "s-1", "seller_id": "toko-1", "product_id": "p-t1", "category_id": "shirt", "currency": "IDR", "price": 40_000}
    totals = {"platform_discount_total": 0, "seller_voucher_total": 0, "platform_voucher_total": 0}

    def at(seconds: int) -> str:
        return (BEGIN + timedelta(seconds=seconds)).isoformat()

    sales = [
        {"type": "sale", "event_id": f"x-{n}", "occurred_at": at(20 * n), "quantity": 1, "status": "paid", **pair, **totals}
        for n in range(1, 60)
    ]
    begun = {"type": "session_started", "event_id": "a", "occurred_at": at(0), "session_id": "s-1", "host_id": "h", "host_kind": "seller"}
    ended = {"type": "session_ended", "event_id": "z", "occurred_at": at(1200), "session_id": "s-1"}
    return [begun, *sales, ended, {"type": "heartbeat", "event_id": "h", "occurred_at": at(2400)}]


@pytest.fixture(scope="module")
def town(live: Service) -> Iterator[Town]:
    holders: dict[str, Callable[[], str]] = {
        "kios": lambda: live.key(Role.PLATFORM, "kios"),
        "pasar": lambda: live.key(Role.PLATFORM, "pasar"),
        "box": lambda: live.key(Role.PLATFORM, "kios", sandbox=True),
        "analyst": lambda: live.key(Role.ANALYST, "kios"),
        "other analyst": lambda: live.key(Role.ANALYST, "pasar"),
        "observer": lambda: live.key(Role.OBSERVER, "kios"),
        "admin": lambda: live.key(Role.ADMIN),
    }
    of = {who: live.client(key()) for who, key in holders.items()}
    receipts = {}
    for who in ("kios", "pasar", "box"):
        answer = of[who].post("/v1/events", json=evening())
        assert answer.status_code == 202, answer.text
        receipts[who] = answer.json()["receipt_id"]
    town = Town(of, receipts)
    until(lambda: _judged(town), what="findings")
    yield town
    for client in of.values():
        client.close()


def _judged(town: Town) -> bool:
    return {f["pair"]["platform"] for f in town.items("admin", "/v1/findings")} >= {"kios", "sandbox-kios"}


def test_the_same_ids_live_side_by_side(town: Town) -> None:
    assert town.platforms("kios") == {"kios"}
    assert town.platforms("pasar") == {"pasar"}
    assert town.platforms("box") == {"sandbox-kios"}
    assert town.platforms("admin") >= {"kios", "pasar", "sandbox-kios"}


@pytest.mark.parametrize(("who", "stranger"), [("kios", "pasar"), ("pasar", "kios"), ("box", "kios"), ("kios", "sandbox-kios")])
@pytest.mark.parametrize("path", ["", "/products", "/timeline"])
def test_anothers_session_does_not_exist(town: Town, who: str, stranger: str, path: str) -> None:
    answer = town.get(who, f"/v1/sessions/{stranger}:s-1{path}")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
    assert town.get(who, "/v1/sessions", platform=stranger).status_code == 403


def test_receipts_and_rejections_are_their_keys_own(town: Town) -> None:
    for who in ("kios", "pasar", "box"):
        assert town.get(who, f"/v1/receipts/{town.receipts[who]}").json()["accepted"] == 62
        for other in set(town.receipts) - {who}:
            assert town.get(who, f"/v1/receipts/{town.receipts[other]}").status_code == 404
    bad = town.of["kios"].post("/v1/events", json=[evening()[0] | {"event_id": "bad", "session_id": ""}])
    assert bad.status_code == 422
    assert "bad" in {r["event_id"] for r in town.items("kios", "/v1/rejections")}
    assert "bad" not in {r["event_id"] for r in town.items("pasar", "/v1/rejections")}


def test_findings_are_for_readers_of_the_platform(town: Town) -> None:
    (mine,) = town.items("analyst", "/v1/findings")
    assert (mine["pair"]["platform"], mine["level"], mine["severity"]) == ("kios", 4, "MEDIUM")
    assert town.items("other analyst", "/v1/findings") == []
    for who, status in {"other analyst": 404, "kios": 403, "pasar": 403, "observer": 200}.items():
        assert town.get(who, f"/v1/findings/{mine['finding_id']}").status_code == status, who


def test_the_sandbox_is_judged_and_never_a_case(town: Town) -> None:
    boxed = [f for f in town.items("admin", "/v1/findings") if f["pair"]["platform"] == "sandbox-kios"]
    assert [(f["level"], f["severity"]) for f in boxed] == [(4, "MEDIUM")]
    assert {c["platform"] for c in town.items("admin", "/v1/cases")} == {"kios"}
    assert town.items("other analyst", "/v1/cases") == []
    assert town.get("analyst", "/v1/sessions", platform="sandbox-kios").status_code == 403


def test_another_platforms_session_cannot_be_posted_to(town: Town) -> None:
    answer = town.of["kios"].post("/v1/events", json=[evening()[0] | {"event_id": "c", "session_platform": "pasar"}])
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/other-platform")
    mixed = town.of["kios"].post("/v1/events", json=[evening()[0] | {"event_id": "d", "session_platform": "pasar"}, evening()[0]])
    assert (mixed.status_code, mixed.json()["accepted"], len(mixed.json()["rejected"])) == (202, 1, 1)


WRITES = [
    ("POST", "/v1/events", [{"type": "heartbeat"}]),
    ("PUT", "/v1/sellers/toko-1", {"platform": "kios", "size_class": "micro"}),
    ("PUT", "/v1/products", []),
    ("PUT", "/v1/costs", []),
    ("POST", "/v1/findings/{finding}/verdict", {"verdict": "lawful", "reason": "because"}),
    ("POST", "/v1/cases/{case}/comments", {"text": "hello"}),
    ("POST", "/v1/cases/{case}/referral", {"reason": "because"}),
    ("POST", "/v1/keys", {"name": "x", "role": "observer", "platforms": ["kios"]}),
]


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_an_observer_only_reads(town: Town, method: str, path: str, body: object) -> None:
    (finding,), (case,) = town.items("observer", "/v1/findings"), town.items("observer", "/v1/cases")
    answer = town.of["observer"].request(method, path.format(finding=finding["finding_id"], case=case["case_id"]), json=body)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/forbidden")
    assert town.items("observer", "/v1/findings") == [finding]
