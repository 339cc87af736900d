"""E9. No setting sends without two named people; skipping the seller's reply needs a written reason; caps hold approval back (E2)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.domain.levels import Role
from app.store import tables
from app.store.engine import read
from tests.referral.house import House, body_of, open_house

REASONS = {"reasons": "below its invoiced cost for hours"}


@pytest.fixture
def house(tmp_home: Path) -> Iterator[House]:
    with open_house(tmp_home) as opened:
        yield opened


def messages(house: House) -> int:
    with read(house.engine) as conn:
        return conn.scalar(select(func.count()).select_from(tables.outbox)) or 0


def approve(house: House, who: str, referral_id: str) -> tuple[int, str | None]:
    answer = house.as_(who).post(f"/v1/referrals/{referral_id}/approval", json={})
    return answer.status_code, answer.json().get("code")


def test_the_same_key_cannot_approve_its_own_proposal(house: House) -> None:
    """[An admin may do both steps by role, so only the comparison of persons stands between one person and a referral.]"""
    house.as_("analyst").post(f"/v1/cases/{house.case_id}/reply-step", json={"step": "skipped", "text": "the shop can't be reached"})
    proposal = house.as_("admin").post(f"/v1/cases/{house.case_id}/referral", json=REASONS).json()["referral_id"]
    assert approve(house, "admin", proposal) == (403, "needs_second_person")
    assert messages(house) == 0
    assert approve(house, "approver", proposal) == (200, None)
    assert messages(house) == 1


def test_two_keys_of_one_name_are_one_person(house: House) -> None:
    house.key("again", Role.APPROVER, name=" Analyst ")
    assert approve(house, "again", house.proposed()) == (403, "needs_second_person")
    assert messages(house) == 0


@pytest.mark.parametrize("who", ["analyst", "observer", "platform", "authority"])
def test_other_roles_cannot_approve(house: House, who: str) -> None:
    referral_id = house.proposed()
    assert approve(house, who, referral_id)[0] == 403
    assert messages(house) == 0


def test_two_analysts_are_not_enough(house: House) -> None:
    house.key("colleague", Role.ANALYST)
    assert approve(house, "colleague", house.proposed())[0] == 403


def test_an_open_reply_step_holds_approval_back(house: House) -> None:
    proposal = house.as_("analyst").post(f"/v1/cases/{house.case_id}/referral", json=REASONS).json()["referral_id"]
    assert approve(house, "approver", proposal) == (409, "reply_step_open")
    house.as_("analyst").post(f"/v1/cases/{house.case_id}/reply-step", json={"step": "asked", "text": "asked for invoices"})
    assert approve(house, "approver", proposal) == (409, "reply_step_open")
    reply = " Kami menjual rugi\n\nkarena kedaluwarsa. "
    house.as_("analyst").post(f"/v1/cases/{house.case_id}/reply-step", json={"step": "answered", "text": reply})
    assert approve(house, "approver", proposal) == (200, None)
    assert house.as_("authority").get(f"/v1/referrals/{proposal}/report").json()["seller_reply"]["text"] == reply


def test_a_capped_finding_is_prepared_but_not_approved_until_the_fact_is_entered(house: House) -> None:
    cap = {"cap": "MEDIUM", "reason": "size unknown", "task": "establish size and owner"}
    house.find(body_of("f_1", version=2, severity="MEDIUM", caps=[cap]))
    proposal = house.proposed()
    answer = house.as_("approver").post(f"/v1/referrals/{proposal}/approval", json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "missing_fact")
    assert answer.json()["missing"] == {"f_1": ["establish size and owner"]}
    assert messages(house) == 0
    house.find(body_of("f_1", version=3))
    assert approve(house, "approver", proposal) == (200, None)


def test_a_second_approval_changes_nothing(house: House) -> None:
    referral_id = house.approved()
    assert approve(house, "admin", referral_id) == (409, "not_proposed")
    assert messages(house) == 1


def test_an_approval_that_fails_half_way_leaves_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Report, hash, status and message stand in one transaction: a trail that can't be written undoes them all."""
    referral_id = house.proposed()
    monkeypatch.setattr(type(house.services.audit), "append", broken)
    with pytest.raises(RuntimeError):
        house.as_("approver").post(f"/v1/referrals/{referral_id}/approval", json={})
    with read(house.engine) as conn:
        assert conn.scalar(select(tables.referral.c.status)) == "proposed"
        assert conn.scalar(select(tables.case_.c.status)) == "open"
    assert messages(house) == 0


def broken(*args: object) -> None:
    raise RuntimeError("the trail's disk is full")
