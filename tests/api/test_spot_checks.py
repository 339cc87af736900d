"""Do people find the products that chance drew and those of the top, and is what they say kept, audited and shown to no other platform?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store import spot_checks
from app.store.engine import write
from tests.api.reading import House, open_house


@pytest.fixture
def house(tmp_home: Path) -> Iterator[House]:
    with open_house(tmp_home) as opened:
        pair = {
            "session_id": "s-77",
            "seller_id": "toko-1",
            "product_id": "p-9",
            "key": "k",
            "p_value": 0.4,
            "stratum": "IDR|ordinary",
            "why": "drawn",
        }
        rows = [
            {**pair, "check_id": f"k-{n}", "platform": p, "day": 20_768 + n} for n, p in enumerate(["siarmart", "siarmart", "pasarlive"])
        ]
        rows[1]["why"] = "top"
        with write(opened.engine) as connection:
            spot_checks.draw(connection, rows)
        yield opened


def names(house: House, **query: object) -> list[str]:
    return [c["check_id"] for c in house.get("/v1/spot-checks", **query).json()["items"]]


def decide(house: House, check: str, called: str = "analyst", **body: object):  # type: ignore[no-untyped-def]
    said = {"verdict": "unlawful_indicated", "note": "under three suppliers' invoices"} | body
    return house.client.post(f"/v1/spot-checks/{check}/verdict", json=said, headers=house.bearer(called))


def test_a_person_decides_and_it_is_written_down(house: House) -> None:
    seen = names(house)
    assert seen == ["k-1", "k-0"], "another platform's are not shown"
    shown = house.get("/v1/spot-checks").json()["items"][-1]
    assert (names(house, why="top"), names(house, why="drawn", undecided=True)) == (["k-1"], ["k-0"])
    assert shown["why"] == "drawn"
    assert (shown["day"], shown["verdict"], shown["pair"]["seller_id"]) == ("2026-11-11", None, "toko-1")
    done = decide(house, "k-0").json()
    assert (done["verdict"], done["note"]) == ("unlawful_indicated", "under three suppliers' invoices")
    assert "k-0" not in names(house, undecided=True)
    assert names(house, undecided=False) == ["k-0"]
    last, _ = house.services.audit.head()
    assert [e.action for e in house.services.audit.entries(last - 1, 1)] == ["spot_check.verdict"]


def test_pages_go_on_where_they_ended(house: House) -> None:
    first = house.get("/v1/spot-checks", limit=1).json()
    rest = house.get("/v1/spot-checks", cursor=first["next"]).json()
    assert [c["check_id"] for c in first["items"] + rest["items"]] == names(house)


@pytest.mark.parametrize("body", [{"verdict": "guilty"}, {"note": "short"}, {"more": 1}])
def test_a_verdict_has_its_words(house: House, body: dict[str, object]) -> None:
    assert decide(house, "k-0", **body).status_code == 422


def test_who_may_not_sees_nothing(house: House) -> None:
    assert [decide(house, check).status_code for check in ("k-2", "k-9")] == [404, 404]
    assert decide(house, "k-0", "observer").status_code == 403
