"""Do sessions, products and minutes show what the store holds, page after page, and only to those who may see it?"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.levels import Role
from tests.api.reading import House, open_house, part_row, session_row


@pytest.fixture
def house(tmp_home: Path) -> Iterator[House]:
    with open_house(tmp_home) as opened:
        yield opened


def ids(answer: object) -> list[str]:
    return [f"{item['platform']}:{item['session_id']}" for item in answer.json()["items"]]  # type: ignore[attr-defined]


def test_list_is_by_harm_and_flagged_means_medium_or_more(house: House) -> None:
    assert ids(house.get("/v1/sessions"))[0] == "siarmart:s-77"
    assert ids(house.get("/v1/sessions", flagged=True)) == ["siarmart:s-77"]
    assert ids(house.get("/v1/sessions", severity="LOW")) == ["siarmart:s-78"]
    assert ids(house.get("/v1/sessions", rule="R01", level=4)) == ["siarmart:s-77"]
    assert ids(house.get("/v1/sessions", seller_id="toko-8")) == ["siarmart:s-78"]


def test_one_session_with_sums_and_notice(house: House) -> None:
    shown = house.get("/v1/sessions/siarmart:s-77").json()
    assert (shown["flagged"], shown["severity"], shown["findings"], shown["estimated_harm"]) == (True, "MEDIUM", {"L4": 1}, "2652000")
    assert shown["notice"]["id"] == "Indikasi statistik, bukan putusan"
    assert shown["silent_since"] is None


def test_silence_is_measured_by_the_platforms_own_rows(house: House) -> None:
    assert house.get("/v1/sessions/siarmart:s-79").json()["silent_since"] == "2026-11-11T13:30:00.000000Z"
    house.keep(session=[session_row("siarmart", "s-80", ended=False)])
    assert house.get("/v1/sessions/siarmart:s-80").json()["silent_since"] is None


def test_pages_neither_skip_nor_repeat(house: House) -> None:
    seen, cursor = [], None
    while True:
        answer = house.get("/v1/sessions/siarmart:s-77/products", limit=7, **({"cursor": cursor} if cursor else {})).json()
        seen += [(p["seller_id"], p["product_id"]) for p in answer["items"]]
        cursor = answer["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 61


def test_a_cursor_belongs_to_its_filters(house: House) -> None:
    cursor = house.get("/v1/sessions", limit=1).json()["next"]
    refused = house.get("/v1/sessions", limit=1, cursor=cursor, flagged=True)
    assert (refused.status_code, refused.json()["type"]) == (400, "/problems/cursor-not-valid")
    assert house.get("/v1/sessions", limit=2, cursor=cursor).status_code == 200


def test_products_say_figures_cost_scores_and_flag(house: House) -> None:
    (shown,) = house.get("/v1/sessions/siarmart:s-77/products", product_id="p-9").json()["items"]
    assert (shown["flagged"], shown["finding_id"], shown["level"], shown["severity"]) == (True, "f_1", 4, "MEDIUM")
    assert shown["cost"] == {"tier": "T1", "lo": 53000, "hi": 53000, "source": "sha256:9f2c"}
    assert shown["figures"]["lowest_mean_ps"] == 44500.0
    (other,) = house.get("/v1/sessions/siarmart:s-77/products", product_id="q-3").json()["items"]
    assert (other["flagged"], other["finding_id"], other["level"]) == (False, None, 0)


def test_provisional_is_shown_only_when_asked_for(house: House) -> None:
    plain = house.get("/v1/sessions/siarmart:s-78/products").json()["items"]
    assert [p["product_id"] for p in plain] == ["p-21"]
    assert plain[0]["provisional"] is None
    asked = house.get("/v1/sessions/siarmart:s-78/products", include="provisional").json()["items"]
    assert {p["product_id"]: p["provisional"] for p in asked}["p-early"] == {"level": 3, "pane": 7}


def test_timeline_per_minute(house: House) -> None:
    answer = house.get("/v1/sessions/siarmart:s-77/timeline", product_id="p-9", seller_id="toko-1").json()
    assert len(answer["items"]) == 95
    assert answer["items"][25]["cost_lo"] == 53000
    assert answer["items"][0]["minute_at"] == "2026-11-11T13:00:00.000000Z"
    part = house.get("/v1/sessions/siarmart:s-77/timeline", since="2026-11-11T20:10:00+07:00", until="2026-11-11T20:12:00+07:00")
    assert len(part.json()["items"]) == 2


def test_ids_may_hold_slashes_and_colons(house: House) -> None:
    odd = session_row("siarmart", "a/b:c/timeline")
    house.keep(session=[odd], session_part=[part_row(odd)])
    assert house.get("/v1/sessions/siarmart:a/b:c/timeline/products").json() == {"items": [], "next": None}
    assert house.get("/v1/sessions/siarmart:a/b:c/timeline/timeline").json()["items"] == []


def test_another_platform_does_not_exist(house: House) -> None:
    for path in ("", "/products", "/timeline"):
        answer = house.get(f"/v1/sessions/pasarlive:s-1{path}")
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert house.get("/v1/sessions", platform="pasarlive").status_code == 403
    assert "pasarlive:s-1" in ids(house.get("/v1/sessions", called="admin"))


@pytest.mark.parametrize(("called", "status"), [("platform", 200), ("observer", 200), ("approver", 200), ("authority", 403)])
def test_roles(house: House, called: str, status: int) -> None:
    assert house.get("/v1/sessions", called=called).status_code == status


def test_a_sandbox_key_sees_its_sandbox_only(house: House) -> None:
    house.key("box", Role.PLATFORM, ("siarmart",), sandbox=True)
    assert ids(house.get("/v1/sessions", called="box")) == []
    house.keep(session=[session_row("sandbox-siarmart", "s-1")])
    assert ids(house.get("/v1/sessions", called="box")) == ["sandbox-siarmart:s-1"]
    assert house.get("/v1/sessions/siarmart:s-77", called="box").status_code == 404


def test_a_misspelt_filter_is_named(house: House) -> None:
    answer = house.get("/v1/sessions", flaged=True)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "query.flaged"


def test_csv_cannot_run_in_a_spreadsheet(house: House) -> None:
    odd = session_row("siarmart", "=1+1")
    house.keep(session=[odd], session_part=[part_row(odd)])
    answer = house.get("/v1/sessions", format="csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert "'=1+1" in {row["session_id"] for row in rows}
    assert {row["notice"] for row in rows} == {"Indikasi statistik, bukan putusan / statistical indication, not a finding of law"}
