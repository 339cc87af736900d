"""Does entering sellers, products and costs publish a snapshot, and tell it to every partition?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.domain.levels import Role
from app.domain.snapshot import Snapshot
from app.log.record import unpack
from app.store import snapshots
from app.store.engine import read
from tests.api.reading import House, open_house

PAPER = {
    "platform": "siarmart", "seller_id": "toko-1", "product_id": "p-9", "currency": "IDR", "tier": "T1", "cost_lo": 53000, "cost_hi": 53000,
    "valid_from": "2026-11-01T00:00:00+07:00", "document_sha256": "9f" * 32,
}  # fmt: skip


@pytest.fixture
def house(tmp_home: Path) -> Iterator[House]:
    with open_house(tmp_home) as opened:
        yield opened


def put(house: House, path: str, body: dict[str, Any], called: str = "analyst") -> Any:
    return house.client.put(path, json=body, headers=house.bearer(called))


def newest(house: House) -> Snapshot:
    with read(house.engine) as connection:
        return snapshots.load(connection, snapshots.newest(connection))


def announced(house: House) -> list[list[int]]:
    """Versions told in every partition."""
    log = house.services.log
    controls = [[unpack(record.body).control for record in log.read(p, 0)] for p in range(log.partitions)]
    return [[c["version"] for c in told if c] for told in controls]


def test_a_seller_is_published_and_told_to_every_partition(house: House) -> None:
    said = {"size_class": "large", "size_status": "known", "size_source": "OSS", "size_dated": "2026-10-01", "owner_group": "g-1"}
    answer = put(house, "/v1/sellers/siarmart:toko-1", said)
    assert answer.json() == {"config_version": 1}
    assert announced(house) == [[1], [1], [1]]
    put(house, "/v1/sellers/siarmart:toko-1", {**said, "size_class": "medium"})
    assert newest(house).sellers.select("seller_id", "size_class").rows() == [("toko-1", "medium")]


def test_a_known_size_needs_source_and_date(house: House) -> None:
    answer = put(house, "/v1/sellers/siarmart:toko-1", {"size_class": "large", "size_status": "known"})
    assert answer.status_code == 422
    assert "size_source" in answer.json()["errors"][0]["problem"]
    assert announced(house) == [[], [], []]


def test_products_and_categories_are_merged(house: House) -> None:
    fresh = {"category_id": "greens", "shelf_life_days": 3, "shelf_life_source": "Bapanas 2025"}
    shirt = {"product_id": "p-9", "category_id": "kids", "match_group": "g", "match_score": 0.95, "name": "Kaos"}
    put(house, "/v1/products", {"platform": "siarmart", "products": [fresh, shirt]})
    put(house, "/v1/products", {"platform": "siarmart", "products": [{**shirt, "category_id": "shirts"}]})
    rows = newest(house).catalogue.select("product_id", "category_id", "shelf_life_days").sort("category_id").rows()
    assert rows == [(None, "greens", 3), ("p-9", "shirts", None)]
    assert put(house, "/v1/products", {"platform": "siarmart", "products": [{"category_id": "x", "shelf_life_days": 3}]}).status_code == 422


def test_a_document_counts_only_after_a_second_person(house: House) -> None:
    entered = put(house, "/v1/costs", PAPER).json()
    assert entered["status"] == "waiting"
    path = f"/v1/costs/{entered['paper_id']}/acceptance"
    same = house.client.post(path, headers=house.bearer("analyst"))
    assert (same.status_code, same.json()["type"]) == (409, "/problems/conflict")
    assert newest(house).costs.height == 0
    accepted = house.client.post(path, headers=house.bearer("approver"))
    assert accepted.json()["config_version"] == 1
    assert newest(house).costs.select("tier", "cost_lo", "source").rows() == [("T1", 53000, "9f" * 32)]
    again = house.client.post(path, headers=house.bearer("approver"))
    assert (again.status_code, again.json()["config_version"]) == (200, 1)
    assert house.client.post(path, headers=house.bearer("admin")).status_code == 409


def test_a_benchmark_is_in_force_at_once(house: House) -> None:
    benchmark = {k: v for k, v in PAPER.items() if k not in ("document_sha256", "seller_id")} | {"tier": "T2", "source": "Asosiasi 2026"}
    assert put(house, "/v1/costs", benchmark).json() == {"status": "in_force", "paper_id": None, "config_version": 1}
    put(house, "/v1/costs", {**benchmark, "cost_lo": 50000})
    assert newest(house).costs.select("tier", "cost_lo", "source").rows() == [("T2", 50000, "Asosiasi 2026")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"document_sha256": None},
        {"seller_id": None},
        {"cost_lo": 60000},
        {"cost_lo": 1.5},
        {"tier": "T2"},
        {"valid_from": "2026-11-01T00:00:00"},
    ],
)
def test_costs_that_prove_nothing_are_refused(house: House, wrong: dict[str, Any]) -> None:
    assert put(house, "/v1/costs", PAPER | wrong).status_code == 422


def test_others_may_not(house: House) -> None:
    assert put(house, "/v1/costs", PAPER, "platform").status_code == 403
    assert put(house, "/v1/costs", PAPER, "observer").status_code == 403
    assert put(house, "/v1/costs", {**PAPER, "platform": "pasarlive"}).status_code == 403
    assert put(house, "/v1/sellers/pasarlive:toko-1", {}).status_code == 404
    house.key("far", Role.APPROVER, ("pasarlive",))
    paper = put(house, "/v1/costs", PAPER).json()["paper_id"]
    assert house.client.post(f"/v1/costs/{paper}/acceptance", headers=house.bearer("far")).status_code == 404
