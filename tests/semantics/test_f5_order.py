"""F5. Only the oldest undelivered message of a case is due; followers wait, also behind a dead letter, until redelivered or skipped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.referral.deliver import Outcome
from app.referral.sign import load_or_create
from app.store import outbox
from app.store.engine import read
from app.worker.courier import Courier
from tests.referral.house import START_US, House, open_house


@pytest.fixture
def house(tmp_home: Path) -> Iterator[House]:
    with open_house(tmp_home) as opened:
        yield opened


def due(house: House) -> list[str]:
    with read(house.engine) as conn:
        return sorted(m.message_id for m in outbox.due(conn, house.clock()))


def test_a_follower_waits_for_its_predecessor_and_other_cases_do_not(house: House) -> None:
    house.message("a1", "a", 1, due_us=START_US + 1)
    house.message("a2", "a", 2)
    house.message("b1", "b", 1)
    assert due(house) == ["b1"]
    house.clock.forward(1)
    assert due(house) == ["a1", "b1"]


@pytest.mark.parametrize(("first", "expected"), [("pending", ["a1"]), ("dead", []), ("delivered", ["a2"]), ("skipped", ["a2"])])
def test_what_a_follower_waits_behind(house: House, first: str, expected: list[str]) -> None:
    house.message("a1", "a", 1, status=first)
    house.message("a2", "a", 2)
    assert due(house) == expected


def test_a_withdrawal_never_overtakes_the_referral_that_it_withdraws(house: House) -> None:
    """[Sent side by side, the withdrawal may arrive first, and the authority keeps an accusation that no longer stands.]"""
    order: list[str] = []
    answers = {"a1": [503, 503, 200], "a2": [200]}

    def send(headers: object, body: bytes) -> Outcome:
        message_id = dict(headers)["webhook-id"]  # type: ignore[call-overload]
        order.append(message_id)
        status = answers[message_id].pop(0)
        return Outcome(status, 1, None if status == 200 else f"answered {status}")

    house.message("a1", "a", 1)
    house.message("a2", "a", 2)
    sending = Courier(house.engine, load_or_create(house.services.settings.referral_signing_key_file), send, house.clock)
    for _ in range(6):
        sending.round()
        house.clock.forward(3600)
    assert order == ["a1", "a1", "a1", "a2"]


def test_a_dead_letter_holds_followers_until_redelivered(house: House) -> None:
    referral_id = house.approved()
    case = house.case_id
    house.message("follower", case, 2)
    gone = Courier(
        house.engine, load_or_create(house.services.settings.referral_signing_key_file), lambda h, b: Outcome(410, 1, "gone"), house.clock
    )
    assert gone.round() == 1
    house.clock.forward(30 * 86_400)
    assert due(house) == []
    assert house.as_("approver").post(f"/v1/referrals/{referral_id}/redelivery", json={}).status_code == 202
    assert "follower" not in due(house)
    assert len(due(house)) == 1


def test_an_admin_lets_followers_pass_with_a_reason(house: House) -> None:
    referral_id = house.approved()
    house.message("follower", house.case_id, 2)
    path, why = f"/v1/referrals/{referral_id}/skip", {"reason": "handed over on paper today"}
    assert house.as_("approver").post(path, json=why).status_code == 403
    assert house.as_("admin").post(path, json={"reason": "paper"}).status_code == 422
    assert due(house) != ["follower"]
    assert house.as_("admin").post(path, json=why).json()["status"] == "skipped"
    assert due(house) == ["follower"]
    assert house.actions()[-1] == (house.key_ids["admin"], "referral.message_skipped", house.case_id)
