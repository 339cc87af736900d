"""Do many documented costs come in by two people and one configuration, all of them or none?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.store import snapshots
from app.store.engine import read
from tests.api.reading import House, open_house

PAPER = {
    "platform": "siarmart", "seller_id": "toko-1", "currency": "IDR", "tier": "T1", "cost_lo": 53000, "cost_hi": 53000,
    "valid_from": "2026-11-01T00:00:00+07:00", "document_sha256": "9f" * 32,
}  # fmt: skip
PAPERS = [{**PAPER, "product_id": f"p-{n}"} for n in range(300)]


@pytest.fixture
def house(tmp_home: Path) -> Iterator[House]:
    with open_house(tmp_home) as opened:
        yield opened


def entered(house: House, papers: list[dict[str, Any]] = PAPERS) -> list[str]:
    answer = house.client.put("/v1/costs/papers", json={"papers": papers}, headers=house.bearer("analyst"))
    assert answer.status_code == 200, answer.text
    return list(answer.json()["paper_ids"])


def accept(house: House, paper_ids: list[str], called: str = "approver") -> Any:
    return house.client.post("/v1/costs/acceptance", json={"paper_ids": paper_ids}, headers=house.bearer(called))


def costs(house: House) -> int:
    with read(house.engine) as connection:
        return snapshots.load(connection, snapshots.newest(connection)).costs.height


def test_a_list_counts_after_a_second_person_in_one_configuration(house: House) -> None:
    ids = entered(house)
    assert (len(set(ids)), costs(house)) == (300, 0)
    assert accept(house, ids).json() == {"status": "in_force", "paper_id": None, "config_version": 1}
    assert costs(house) == 300
    assert accept(house, ids).json()["config_version"] == 1


def test_whoever_entered_them_cannot_accept_them(house: House) -> None:
    answer = accept(house, entered(house), "analyst")
    assert (answer.status_code, answer.json()["type"], costs(house)) == (409, "/problems/conflict", 0)


def test_one_unknown_paper_stops_all_of_them(house: House) -> None:
    ids = entered(house)
    answer = accept(house, [*ids, "paper_none"])
    assert (answer.status_code, costs(house)) == (404, 0)


def test_a_benchmark_and_a_foreign_platform_are_refused(house: House) -> None:
    for papers, status in (([{**PAPERS[0], "tier": "T2", "source": "BPS"}], 422), ([PAPERS[0], {**PAPERS[1], "platform": "other"}], 403)):
        answer = house.client.put("/v1/costs/papers", json={"papers": papers}, headers=house.bearer("analyst"))
        assert answer.status_code == status, answer.text
