"""Do findings show reasons, tests, defences and frozen versions, from L2 on, to those who may see them?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store import findings
from app.store.engine import write
from tests.api.reading import House, finding_rows, open_house
from tests.console.evening import body


@pytest.fixture
def house(tmp_home: Path) -> Iterator[House]:
    with open_house(tmp_home) as opened:
        yield opened


def test_list_by_harm_with_reasons_and_notice(house: House) -> None:
    items = house.get("/v1/findings").json()["items"]
    assert [f["finding_id"] for f in items] == ["f_1", "f_2"]
    assert items[0]["pair"]["seller_id"] == "toko-1"
    assert items[0]["reasons"]["id"].startswith("Produk ini dijual")
    assert items[0]["notice"]["en"] == "statistical indication, not a finding of law"


def test_lists_begin_at_l2(house: House) -> None:
    unusual, _ = finding_rows(body(finding_id="f_0", level=1, legal_level=0, severity="LOW", pair={**body()["pair"], "product_id": "p-0"}))
    house.keep(finding=[unusual])
    assert "f_0" not in [f["finding_id"] for f in house.get("/v1/findings").json()["items"]]
    assert "f_0" in [f["finding_id"] for f in house.get("/v1/findings", level=1).json()["items"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"severity": "LOW"}, ["f_2"]),
        ({"rule": "R01", "session_id": "s-77"}, ["f_1"]),
        ({"status": "closed"}, []),
        ({"seller_id": "toko-8"}, ["f_2"]),
        ({"until": "2026-11-11T13:00:00Z"}, []),
        ({"sort": "-severity"}, ["f_1", "f_2"]),
    ],
)
def test_filters(house: House, query: dict[str, str], expected: list[str]) -> None:
    assert [f["finding_id"] for f in house.get("/v1/findings", **query).json()["items"]] == expected


def test_one_finding_in_full_and_its_versions(house: House) -> None:
    shown = house.get("/v1/findings/f_1").json()
    assert [d["id"] for d in shown["defences"]] == ["D2", "D6", "D7", "D9"]
    assert shown["spells"][0]["from"] == "2026-11-11T13:20:10Z"
    assert shown["versions"] == [{"version": 1, "pane": 5, "sha256": "cd"}]
    assert house.get("/v1/findings/f_1/versions/1").json() == {"finding_id": "f_1", "version": 1}
    assert house.get("/v1/findings/f_1/versions/9").status_code == 404


def test_a_struck_finding_leaves_the_lists(house: House) -> None:
    with write(house.engine) as connection:
        findings.set_verdict(connection, "f_1", "lawful")
    assert [f["finding_id"] for f in house.get("/v1/findings").json()["items"]] == ["f_2"]
    assert house.get("/v1/sessions/siarmart:s-77").json()["flagged"] is False
    assert house.get("/v1/findings/f_1").json()["verdict"] == "lawful"


def test_other_platforms_and_platform_keys_see_none(house: House) -> None:
    assert house.get("/v1/findings/f_9").status_code == 404
    assert house.get("/v1/findings/f_9", called="admin").status_code == 200
    assert house.get("/v1/findings", called="platform").status_code == 403
