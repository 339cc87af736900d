"""F3. Whoever reads a case or commands anything about it stands in one hash chain, before the answer leaves; tampering is found.

Not built: signed heads and `kawal audit verify`, so a cut-off tail does not show. See tests/store/test_audit.py for the file itself.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import func, select

from app.domain.levels import Role
from app.store import tables
from app.store.audit import AuditNotWritable
from app.store.engine import read
from tests.referral.house import House, open_house

WHY = {"reason": "the invoice names another unit"}


@pytest.fixture
def house(tmp_home: Path) -> Iterator[House]:
    with open_house(tmp_home) as opened:
        yield opened


def grown(house: House, before: int) -> list[tuple[str, str, str]]:
    return house.actions()[before:]


def reads(house: House, referral: str) -> list[tuple[str, str, str]]:
    case = house.case_id
    return [
        ("/v1/cases", "cases.listed", "cases"),
        (f"/v1/cases/{case}", "case.read", case),
        ("/v1/referrals", "referrals.listed", "referrals"),
        (f"/v1/referrals/{referral}", "referral.read", case),
        (f"/v1/referrals/{referral}/attempts", "referral.attempts_read", case),
        (f"/v1/referrals/{referral}/report", "referral.report_read", case),
    ]


@pytest.mark.parametrize("who", ["observer", "analyst", "approver", "admin"])
def test_every_read_of_a_case_is_one_line_with_its_reader(house: House, who: str) -> None:
    """[A trail of commands only does not tell who leaked the name of a shop.]"""
    referral = house.approved()
    for path, action, subject in reads(house, referral):
        before = len(house.actions())
        assert house.as_(who).get(path).status_code == 200
        assert grown(house, before) == [(house.key_ids[who], action, subject)]


def commands(house: House) -> list[tuple[str, str, dict[str, Any], str]]:
    """(who, path, body, action) of a case from its first remark to its closing."""
    case = f"/v1/cases/{house.case_id}"
    return [
        ("analyst", f"{case}/comments", {"text": "asked for the invoices"}, "case.commented"),
        ("analyst", f"{case}/assignment", {"assignee": house.key_ids["analyst"]}, "case.assigned"),
        ("analyst", f"{case}/reply-step", {"step": "skipped", "text": "the shop can't be reached"}, "case.reply_step"),
        ("analyst", f"{case}/referral", {"reasons": "below its invoiced cost for hours"}, "referral.proposed"),
        ("approver", "/v1/referrals/{referral}/approval", {}, "referral.approved"),
        ("authority", "/v1/referrals/{referral}/acknowledgement", {}, "referral.acknowledged"),
        ("analyst", "/v1/findings/f_1/verdict", {"verdict": "data_error", **WHY}, "finding.verdict"),
        ("analyst", f"{case}/closing", WHY, "case.closed"),
    ]


def test_every_command_is_one_line_with_its_actor(house: House) -> None:
    referral = ""
    for who, path, body, action in commands(house):
        before = len(house.actions())
        answer = house.as_(who).post(path.format(referral=referral), json=body)
        assert answer.status_code in (200, 201), answer.text
        referral = answer.json().get("referral_id", referral)
        assert grown(house, before) == [(house.key_ids[who], action, house.case_id)]
    assert house.services.audit.verify() is None


def test_refused_commands_leave_no_line_of_having_been_done(house: House) -> None:
    before = len(house.actions())
    assert house.as_("observer").post(f"/v1/cases/{house.case_id}/comments", json={"text": "hello"}).status_code == 403
    assert house.as_("analyst").post(f"/v1/cases/{house.case_id}/closing", json={"reason": "done"}).status_code == 422
    assert house.as_("analyst").get("/v1/cases/c_none").status_code == 404
    assert grown(house, before) == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_what_cannot_be_written_down_is_neither_answered_nor_done(house: House, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    def full(*_: object) -> None:
        raise AuditNotWritable("the trail's disk is full")

    monkeypatch.setattr(type(house.services.audit), "append", full)
    client = house.as_("analyst")
    path, body = (f"/v1/cases/{house.case_id}", None) if method == "get" else (f"/v1/cases/{house.case_id}/comments", {"text": "hello"})
    client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
    answer = client.request(method.upper(), path, json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert "toko-1" not in answer.text
    with read(house.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(tables.case_comment)) == 0


def bent(house: House, statement: str) -> None:
    """The trail's file changed by somebody who may write it."""
    with closing(sqlite3.connect(house.services.settings.home / "audit.sqlite3")) as connection, connection:
        for trigger in ("entry_kept", "entry_frozen"):
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE entry SET actor = 'key_somebody' WHERE action = 'case.read'", 2),
        ("UPDATE entry SET action = 'cases.listed' WHERE action = 'case.commented'", 3),
        ("UPDATE entry SET body = replace(body, 'comment', 'Comment') WHERE sequence = 3", 3),
        ("DELETE FROM entry WHERE action = 'case.read'", 2),
    ],
)
def test_a_look_at_a_case_cannot_be_undone_unseen(house: House, statement: str, broken: int) -> None:
    observer = house.as_("observer")
    observer.get("/v1/cases")
    observer.get(f"/v1/cases/{house.case_id}")
    house.as_("analyst").post(f"/v1/cases/{house.case_id}/comments", json={"text": "asked for the invoices"})
    observer.get("/v1/cases")
    assert house.services.audit.verify() is None
    bent(house, statement)
    assert house.services.audit.verify() == broken


def test_lines_written_together_keep_each_persons_order(house: House) -> None:
    """Ten people at once share commits; the chain holds, and what one person did first stands first."""
    people = [f"reader-{n}" for n in range(10)]
    for who in people:
        house.key(who, Role.ANALYST)
    start, rounds = Barrier(len(people)), 4

    def work(who: str) -> None:
        client = house.as_(who)
        start.wait()
        for number in range(rounds):
            client.get(f"/v1/cases/{house.case_id}")
            client.post(f"/v1/cases/{house.case_id}/comments", json={"text": f"remark {number}"})

    threads = [Thread(target=work, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entries = house.services.audit.entries(0, 1000)
    assert [e.sequence for e in entries] == list(range(1, 2 * rounds * len(people) + 1))
    assert all(after.previous == before.hash for before, after in pairwise(entries))
    assert house.services.audit.verify() is None
    with read(house.engine) as connection:
        text = {row.comment_id: row.text for row in connection.execute(select(tables.case_comment))}
    for who in people:
        mine = [e for e in entries if e.actor == house.key_ids[who]]
        assert [e.action for e in mine] == ["case.read", "case.commented"] * rounds
        assert [text[json.loads(e.body)["comment_id"]] for e in mine[1::2]] == [f"remark {n}" for n in range(rounds)]
