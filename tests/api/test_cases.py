"""Cases, proposals, referrals and verdicts over HTTP: who may do what, and what is written down."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.domain.cases import case_id
from app.domain.levels import Role
from app.store import case_close, tables
from app.store.engine import read, write
from tests.referral.house import House, body_of, open_house

SKIPPED = {"step": "skipped", "text": "the shop can't be reached by the platform"}
WHY = {"reason": "the invoice names another unit"}


@pytest.fixture
def house(tmp_home: Path) -> Iterator[House]:
    with open_house(tmp_home) as opened:
        yield opened


def outbox_of(house: House) -> list[tuple[str, str]]:
    with read(house.engine) as conn:
        return [(r.type, r.status) for r in conn.execute(select(tables.outbox).order_by(tables.outbox.c.seq))]


def test_a_case_shows_its_findings_remarks_referrals_and_trail(house: House) -> None:
    house.as_("analyst").post(f"/v1/cases/{house.case_id}/comments", json={"text": "asked for the invoices"})
    house.clock.forward(1)
    house.proposed()
    case = house.as_("observer").get(f"/v1/cases/{house.case_id}").json()
    assert [f["finding_id"] for f in case["findings"]] == ["f_1"]
    assert [c["text"] for c in case["comments"]] == ["asked for the invoices", f"reply step: skipped\n{SKIPPED['text']}"]
    assert [r["status"] for r in case["referrals"]] == ["proposed"]
    assert case["notice"]["id"] == "Indikasi statistik, bukan putusan"
    assert [line["action"] for line in case["timeline"]] == ["case.commented", "case.reply_step", "referral.proposed", "case.read"]


def test_every_read_and_command_is_in_the_trail(house: House) -> None:
    house.as_("observer").get("/v1/cases")
    house.as_("observer").get(f"/v1/cases/{house.case_id}")
    house.as_("analyst").post(f"/v1/cases/{house.case_id}/assignment", json={"assignee": house.key_ids["analyst"]})
    assert house.actions() == [
        (house.key_ids["observer"], "cases.listed", "cases"),
        (house.key_ids["observer"], "case.read", house.case_id),
        (house.key_ids["analyst"], "case.assigned", house.case_id),
    ]
    assert house.services.audit.verify() is None


def test_only_medium_and_more_of_live_platforms_join_a_case(house: House) -> None:
    pair = body_of("f_1")["pair"]
    house.find(body_of("f_low", severity="LOW", pair={**pair, "seller_id": "toko-2"}))
    house.find(body_of("f_box", pair={**pair, "platform": "sandbox-tiktok"}))
    assert [c["seller_id"] for c in house.as_("admin").get("/v1/cases").json()["items"]] == ["toko-1"]


def test_pages_and_filters(house: House) -> None:
    pair = body_of("f_1")["pair"]
    for n in range(2, 6):
        house.find(body_of(f"f_{n}", pair={**pair, "seller_id": f"toko-{n}"}), opened_us=house.clock.now_us + n)
    observer, seen = house.as_("observer"), []
    page = observer.get("/v1/cases", params={"limit": 2}).json()
    while True:
        seen += [c["seller_id"] for c in page["items"]]
        if page["next"] is None:
            break
        page = observer.get("/v1/cases", params={"limit": 2, "cursor": page["next"]}).json()
    assert seen == ["toko-5", "toko-4", "toko-3", "toko-2", "toko-1"]
    assert [c["seller_id"] for c in observer.get("/v1/cases", params={"seller_id": "toko-3"}).json()["items"]] == ["toko-3"]
    assert observer.get("/v1/cases", params={"status": "closed"}).json()["items"] == []


def test_another_platforms_case_does_not_exist(house: House) -> None:
    referral_id = house.approved()
    house.key("stranger", Role.ANALYST, ("shopee",))
    stranger = house.as_("stranger")
    assert stranger.get("/v1/cases").json()["items"] == []
    assert stranger.get("/v1/referrals").json()["items"] == []
    reads = [f"/v1/cases/{house.case_id}", *(f"/v1/referrals/{referral_id}{part}" for part in ("", "/attempts", "/report"))]
    assert [stranger.get(path).status_code for path in reads] == [404] * 4
    commands: list[tuple[str, dict[str, Any]]] = [
        (f"/v1/cases/{house.case_id}/comments", {"text": "hello"}),
        (f"/v1/cases/{house.case_id}/assignment", {"assignee": None}),
        (f"/v1/cases/{house.case_id}/reply-step", SKIPPED),
        (f"/v1/cases/{house.case_id}/closing", WHY),
        (f"/v1/cases/{house.case_id}/referral", {"reasons": "below cost for hours"}),
        (f"/v1/referrals/{referral_id}/redelivery", {}),
        ("/v1/findings/f_1/verdict", {"verdict": "lawful", **WHY}),
    ]
    assert [stranger.post(path, json=body).status_code for path, body in commands] == [404] * 7


@pytest.mark.parametrize(
    ("who", "path", "body"),
    [
        ("platform", "comments", {"text": "hello"}),
        ("observer", "comments", {"text": "hello"}),
        ("authority", "comments", {"text": "hello"}),
        ("observer", "referral", {"reasons": "below cost for hours"}),
        ("approver", "referral", {"reasons": "below cost for hours"}),
    ],
)
def test_roles_of_commands(house: House, who: str, path: str, body: dict[str, str]) -> None:
    assert house.as_(who).post(f"/v1/cases/{house.case_id}/{path}", json=body).status_code == 403


@pytest.mark.parametrize("who", ["platform", "authority"])
def test_cases_are_not_for_platforms_or_the_authority(house: House, who: str) -> None:
    assert house.as_(who).get(f"/v1/cases/{house.case_id}").status_code == 403


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("comments", {"text": ""}),
        ("comments", {"text": "a", "more": 1}),
        ("assignment", {"assignee": "key_nobody"}),
        ("reply-step", {"step": "skipped", "text": "no"}),
        ("reply-step", {"step": "answered"}),
        ("referral", {"reasons": "bad"}),
        ("closing", {"reason": "done"}),
    ],
)
def test_thin_words_are_refused(house: House, path: str, body: dict[str, str]) -> None:
    answer = house.as_("admin").post(f"/v1/cases/{house.case_id}/{path}", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"severity": "LOW"}, "its severity is under MEDIUM"),
        ({"exemption": {"exempt": True, "why": "micro"}}, "the seller is exempt"),
        ({"addressee": "Ministry of Trade"}, "its rules name Ministry of Trade"),
    ],
)
def test_what_cannot_be_referred(house: House, changes: dict[str, Any], reason: str) -> None:
    house.find(body_of("f_1", version=2, **changes))
    answer = house.as_("analyst").post(f"/v1/cases/{house.case_id}/referral", json={"reasons": "below cost for hours"})
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_refer")
    assert answer.json()["missing"] == {"f_1": [reason]}


def test_named_findings_must_all_be_referable_and_of_the_case(house: House) -> None:
    house.find(body_of("f_2", exemption={"exempt": True}))
    analyst, path = house.as_("analyst"), f"/v1/cases/{house.case_id}/referral"
    ask = {"reasons": "below cost for hours"}
    assert analyst.post(path, json={**ask, "findings": ["f_1", "f_2"]}).json()["code"] == "nothing_to_refer"
    assert analyst.post(path, json={**ask, "findings": ["f_9"]}).json()["code"] == "not_of_this_case"
    assert analyst.post(path, json={**ask, "findings": ["f_1"]}).status_code == 201
    assert analyst.post(path, json=ask).json()["code"] == "already_proposed"


def test_the_approver_can_insist_on_the_draft_that_was_read(house: House) -> None:
    referral_id = house.proposed()
    approver, path = house.as_("approver"), f"/v1/referrals/{referral_id}"
    draft = approver.get(f"{path}/report")
    assert draft.json()["status"] == "draft"
    assert house.as_("authority").get(f"{path}/report").status_code == 404
    house.find(body_of("f_1", version=2, estimated_harm="99000"))
    read_hash = draft.headers["etag"].strip('"')
    refused = approver.post(f"{path}/approval", json={"draft_sha256": read_hash})
    assert (refused.status_code, refused.json()["code"]) == (409, "draft_changed")
    now = approver.get(f"{path}/report").headers["etag"].strip('"')
    assert approver.post(f"{path}/approval", json={"draft_sha256": now}).status_code == 200
    assert outbox_of(house) == [("referral.created", "pending")]


def test_a_frozen_report_never_changes(house: House) -> None:
    referral_id = house.approved()
    before = house.as_("authority").get(f"/v1/referrals/{referral_id}/report")
    house.find(body_of("f_1", version=2, estimated_harm="99000"))
    after = house.as_("authority").get(f"/v1/referrals/{referral_id}/report")
    assert before.content == after.content
    assert before.headers["etag"].strip('"') == house.as_("authority").get(f"/v1/referrals/{referral_id}").json()["sha256"]


def test_no_name_of_a_person_leaves(house: House) -> None:
    referral_id = house.approved()
    report = house.as_("authority").get(f"/v1/referrals/{referral_id}/report").json()
    assert report["human_approvers"]["proposed"]["id"] == house.key_ids["analyst"]
    assert report["human_approvers"]["approved"]["id"] == house.key_ids["approver"]


def test_the_authority_acknowledges_and_nobody_else(house: House) -> None:
    referral_id = house.approved()
    path = f"/v1/referrals/{referral_id}/acknowledgement"
    assert [house.as_(who).post(path, json={}).status_code for who in ("admin", "approver", "analyst")] == [403] * 3
    first = house.as_("authority").post(path, json={"reference": "12/2026"}).json()["acknowledged_at"]
    house.clock.forward(60)
    assert house.as_("authority").post(path, json={}).json()["acknowledged_at"] == first is not None


def test_the_authority_sees_what_was_sent_to_it(house: House) -> None:
    house.find(body_of("f_2", addressee="Ministry of Trade"))
    ministry = house.proposed(addressee="Ministry of Trade")
    house.as_("approver").post(f"/v1/referrals/{ministry}/approval", json={})
    waiting = (
        house.as_("analyst").post(f"/v1/cases/{house.case_id}/referral", json={"reasons": "below cost for hours"}).json()["referral_id"]
    )
    assert house.as_("authority").get("/v1/referrals").json()["items"] == []
    assert house.as_("authority").get(f"/v1/referrals/{ministry}").status_code == 404
    house.as_("approver").post(f"/v1/referrals/{waiting}/approval", json={})
    assert [r["referral_id"] for r in house.as_("authority").get("/v1/referrals").json()["items"]] == [waiting]


def test_a_proposal_can_be_taken_back_and_made_again(house: House) -> None:
    first = house.proposed()
    assert house.as_("approver").post(f"/v1/referrals/{first}/withdrawal", json=WHY).json()["status"] == "withdrawn"
    assert house.as_("approver").post(f"/v1/referrals/{first}/approval", json={}).json()["code"] == "not_proposed"
    assert house.proposed() != first
    assert outbox_of(house) == []


def test_a_verdict_before_approval_stops_it(house: House) -> None:
    referral_id = house.proposed()
    house.as_("analyst").post("/v1/findings/f_1/verdict", json={"verdict": "lawful", **WHY})
    answer = house.as_("approver").post(f"/v1/referrals/{referral_id}/approval", json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "no_longer_referable")


def test_a_withdrawn_finding_is_told_to_who_received_it(house: House) -> None:
    house.find(body_of("f_2"))
    referral_id = house.approved()
    analyst = house.as_("analyst")
    assert len(analyst.post("/v1/findings/f_1/verdict", json={"verdict": "data_error", **WHY}).json()["told"]) == 1
    assert outbox_of(house) == [("referral.created", "pending"), ("referral.updated", "pending")]
    analyst.post("/v1/findings/f_2/verdict", json={"verdict": "lawful", **WHY})
    assert outbox_of(house) == [("referral.created", "skipped"), ("referral.updated", "skipped"), ("referral.withdrawn", "pending")]
    assert house.as_("authority").get(f"/v1/referrals/{referral_id}").json()["status"] == "withdrawn"
    assert analyst.post("/v1/findings/f_2/verdict", json={"verdict": "lawful", **WHY}).json()["told"] == []
    with read(house.engine) as conn:
        told = json.loads(str(conn.scalar(select(tables.outbox.c.body).where(tables.outbox.c.type == "referral.withdrawn"))))
    assert told["data"]["withdrawn_findings"] == ["f_1", "f_2"]


def test_findings_after_the_closing_open_the_next_case(house: House) -> None:
    admin = house.as_("admin")
    assert admin.post(f"/v1/cases/{house.case_id}/closing", json={"reason": "papers show a discount of the maker"}).status_code == 200
    house.find(body_of("f_1", version=2))  # an update of what the closed case answered for opens nothing
    with write(house.engine) as conn:
        assert case_close.follow_up(conn, house.clock()) == []
    house.find(body_of("f_2"))
    second = case_id("tiktok", "toko-1", 2)
    with write(house.engine) as conn:
        assert case_close.follow_up(conn, house.clock()) == [second]
        assert case_close.follow_up(conn, house.clock()) == []
    shown = {c: [f["finding_id"] for f in admin.get(f"/v1/cases/{c}").json()["findings"]] for c in (house.case_id, second)}
    assert shown == {house.case_id: ["f_1"], second: ["f_2"]}
    assert {c["case_id"]: c["findings_count"] for c in admin.get("/v1/cases").json()["items"]} == {house.case_id: 1, second: 1}
    house.find(body_of("f_3"))
    with write(house.engine) as conn:
        assert case_close.follow_up(conn, house.clock()) == [second]
    admin.post(f"/v1/cases/{second}/closing", json={"reason": "the same discount of the maker"})
    house.find(body_of("f_4"))
    with write(house.engine) as conn:
        assert case_close.follow_up(conn, house.clock()) == [case_id("tiktok", "toko-1", 3)]
    assert admin.post(f"/v1/cases/{house.case_id}/comments", json={"text": "still readable"}).status_code == 201
    assert admin.post(f"/v1/cases/{house.case_id}/referral", json={"reasons": "below cost for hours"}).json()["code"] == "case_closed"


def test_an_answer_is_not_replaced_by_a_skip(house: House) -> None:
    analyst, path = house.as_("analyst"), f"/v1/cases/{house.case_id}/reply-step"
    assert analyst.post(path, json={"step": "asked"}).json()["reply_step"] == "asked"
    assert analyst.post(path, json={"step": "answered", "text": " it expires tomorrow\n"}).json()["reply_note"] == " it expires tomorrow\n"
    assert analyst.post(path, json=SKIPPED).json()["code"] == "reply_already_entered"
