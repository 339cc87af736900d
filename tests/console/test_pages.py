"""Do the pages show what they should, to those who may see it, without a script or an outside address, under 100 kB?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from app.console import access
from app.console.login import own_path
from app.settings import Settings, UnsafeSetting
from app.store import keys
from app.store.engine import write
from tests.api.reading import House, finding_rows, open_house, timeline_rows
from tests.console.evening import BEGIN, body, minutes
from tests.test_words import NEVER

NOTICE = "Indikasi statistik, bukan putusan"
PAGES = ("/console", "/console/sessions/siarmart:s-77", "/console/sessions/siarmart:s-77?product_id=p-9&seller_id=toko-1",
         "/console/compare?a=siarmart:s-77:p-9&b=siarmart:s-78:p-21")  # fmt: skip


@pytest.fixture
def house(tmp_home: Path) -> Iterator[House]:
    with open_house(tmp_home) as opened:
        yield opened


@pytest.fixture
def demo(tmp_home: Path) -> Iterator[House]:
    with open_house(tmp_home, console_open=True) as opened:
        yield opened


def sign_in(house: House, called: str, **headers: str) -> Any:
    form = {"key": house.secrets[called], "next": "/console/sessions/siarmart:s-77"}
    return house.client.post("/console/login", data=form, headers=headers, follow_redirects=False)


class Addresses(HTMLParser):
    """Every address and every tag of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.found += [value or "" for name, value in attrs if name in ("href", "src", "action")]
        assert not any(name.startswith("on") or name == "style" for name, _ in attrs)


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_small_scriptless_and_stay_inside(demo: House, path: str) -> None:
    answer = demo.client.get(path)
    assert answer.status_code == 200
    assert len(answer.content) < 100_000
    assert "script" not in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    page = Addresses()
    page.feed(answer.text)
    assert "script" not in page.tags
    assert all(a.startswith(("/", "#", "?")) or a == "data:," for a in page.found)
    assert answer.text.count(NOTICE) >= 2
    assert not NEVER.search(re.sub(r"<[^>]+>", " ", answer.text))


def test_flagged_sessions_come_first(demo: House) -> None:
    text = demo.client.get("/console?platform=siarmart").text
    assert text.index("s-77") < min(text.index(name) for name in ("s-78", "s-79"))
    assert "Ditandai" in text
    assert "diam sejak 20:30" in text
    assert "s-78" not in demo.client.get("/console?show=flagged").text
    assert "s-78" in demo.client.get("/console?show=watch").text


def test_list_goes_on_page_after_page(demo: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.console import session_list

    monkeypatch.setattr(session_list.page, "__defaults__", (1,))
    seen, path = [], "/console"
    while path:
        text = demo.client.get(path).text
        seen += re.findall(r'class="main-link" href="/console/sessions/([^"]+)"', text)
        found = re.search(r'class="button" href="(/console\?[^"]+)"', text)
        path = found.group(1).replace("&amp;", "&") if found else ""
    assert sorted(seen) == ["pasarlive:s-1", "siarmart:s-77", "siarmart:s-78", "siarmart:s-79"]
    assert set(seen[:2]) == {"pasarlive:s-1", "siarmart:s-77"}


def test_a_session_shows_the_loss_in_full_and_the_rest_in_a_table(demo: House) -> None:
    text = demo.client.get("/console/sessions/siarmart:s-77").text
    for said in ("Sold below cost; no defence holds.", "Produk ini dijual rata-rata", "This product sold at", "barang mudah rusak", "<svg",
                 "Rp53.000", "T1", "Sedang", "Tabel angka", "11 Nov 2026, 20:00 WIB", "page=2"):  # fmt: skip
        assert said in text
    rest = re.findall(r"product_id=(q-[0-9]+)", text + demo.client.get("/console/sessions/siarmart:s-77?page=2").text)
    assert len(rest) == len(set(rest)) == 60


def test_the_largest_page_stays_under_100_kb(demo: House) -> None:
    for number in range(4):
        pair = {**body()["pair"], "product_id": f"long-{number}"}
        finding, judged = finding_rows(body(finding_id=f"f_long{number}", severity="HIGH", pair=pair))
        run = [replace(m, reference=58000 + i, price_in_force=m.mean and int(m.mean)) for i, m in enumerate(minutes(number, count=700))]
        demo.keep(finding=[finding], judgement=[judged], timeline=timeline_rows(pair, run))
    answer = demo.client.get("/console/sessions/siarmart:s-77")
    assert answer.text.count('<svg class="plot') == 3
    assert "tiap 10 menit" in answer.text
    assert len(answer.content) < 100_000
    alone = demo.client.get("/console/sessions/siarmart:s-77?product_id=long-1")
    assert "tiap 2 menit" in alone.text
    assert len(alone.content) < 100_000


def test_a_product_without_finding_has_its_page(demo: House) -> None:
    text = demo.client.get("/console/sessions/siarmart:s-77?product_id=q-3&seller_id=kios-3").text
    assert "Tidak ada" in text
    assert demo.client.get("/console/sessions/siarmart:s-77?product_id=none").status_code == 404


def test_two_products_side_by_side(demo: House) -> None:
    text = demo.client.get(PAGES[3]).text
    assert text.count('<svg class="plot') == 2
    assert "Cuts of nearly equal depth from the reference price, different severities." in text
    assert demo.client.get("/console/compare?a=siarmart:s-77:p-9&b=siarmart:s-78:nothing").status_code == 404


def test_without_a_key_one_is_asked_for_it(house: House) -> None:
    answer = house.client.get(PAGES[2], follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/console/login?next=%2Fconsole%2Fsessions")


def test_a_key_opens_the_console_for_its_platforms(house: House) -> None:
    answer = sign_in(house, "analyst")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/sessions/siarmart:s-77")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert house.secrets["analyst"].lower() not in cookie
    assert house.client.get(PAGES[1]).status_code == 200
    assert house.client.get("/console/sessions/pasarlive:s-1").status_code == 404
    assert "pasarlive" not in house.client.get("/console").text
    assert house.client.get("/console/compare?a=siarmart:s-77:p-9&b=pasarlive:s-1:p-9").status_code == 404
    house.client.post("/console/logout")
    assert house.client.get(PAGES[1], follow_redirects=False).status_code == 303


@pytest.mark.parametrize("called", ["platform", "authority"])
def test_roles_that_may_not_read_findings_do_not_come_in(house: House, called: str) -> None:
    assert sign_in(house, called).status_code == 401


def test_forms_from_elsewhere_are_refused(house: House) -> None:
    assert sign_in(house, "analyst", **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert sign_in(house, "analyst", Origin="https://elsewhere.example").status_code == 403
    assert sign_in(house, "analyst", Origin="http://localhost").status_code == 303


def test_a_revoked_key_ends_its_session(house: House) -> None:
    key_id = house.key("leaving", keys.Role.ANALYST, ("siarmart",))
    sign_in(house, "leaving")
    assert house.client.get("/console").status_code == 200
    with write(house.engine) as connection:
        keys.revoke(connection, key_id, BEGIN)
    assert house.client.get("/console", follow_redirects=False).status_code == 303


def test_cookies_are_signed_and_end() -> None:
    cookie = access.sealed(b"k" * 32, "key_1", BEGIN)
    assert access.opened(b"k" * 32, cookie, BEGIN) == "key_1"
    assert access.opened(b"x" * 32, cookie, BEGIN) is None
    assert access.opened(b"k" * 32, cookie, BEGIN + 13 * 3600 * 10**6) is None
    assert access.opened(b"k" * 32, "ä" + cookie, BEGIN) is None
    assert access.opened(b"k" * 32, "", BEGIN) is None


def test_the_open_console_is_for_this_machine_only(demo: House) -> None:
    rebound = demo.client.get("/console", headers={"Host": "elsewhere.example"}, follow_redirects=False)
    assert rebound.status_code == 303
    with pytest.raises(ValueError, match="loopback"):
        Settings(host="0.0.0.0", console_open=True)
    assert issubclass(UnsafeSetting, ValueError)


@pytest.mark.parametrize("wanted", ["https://elsewhere.example", "//elsewhere.example", "/console\\@x", "/v1/keys", "/consolex"])
def test_login_leads_only_to_own_pages(wanted: str) -> None:
    assert own_path(wanted) == "/console"


def test_text_of_senders_is_escaped(demo: House) -> None:
    from tests.api.reading import part_row, session_row

    odd = session_row("siarmart", "s&<b>") | {"host_id": "<script>alert(1)</script>"}
    demo.keep(session=[odd], session_part=[part_row(odd)])
    text = demo.client.get("/console").text
    assert "<script>" not in text
    assert demo.client.get("/console/sessions/siarmart:s%26%3Cb%3E").status_code == 200
