"""The courier against a real, flaky receiver: nothing lost, one id, everything written down."""

from __future__ import annotations

import json
import threading
import time

import pytest
from sqlalchemy import select

from app.referral.deliver import Outcome, Sender, sender_for
from app.referral.guard import TargetRefused, parse_target
from app.referral.sign import SigningKey, load_or_create
from app.settings import Settings
from app.store import outbox, tables
from app.store.engine import read
from app.worker.courier import LEASE_US, SECOND_US, Courier, courier_of
from docs.verify_webhook import verify
from tests.referral.house import House
from tests.referral.receiver import Answer, Receiver

MINUTE_S = 60


def courier(house: House, send: Sender | None) -> Courier:
    return Courier(house.engine, keys(house), send, house.clock)


def keys(house: House) -> tuple[SigningKey, ...]:
    return load_or_create(house.services.settings.referral_signing_key_file)


def to(inbox: Receiver) -> Sender:
    return sender_for(parse_target(inbox.url, allow_loopback=True))


def state(house: House, message_id: str | None = None) -> tuple[str, int]:
    with read(house.engine) as conn:
        query = select(tables.outbox.c.status, tables.outbox.c.attempts)
        row = conn.execute(query if message_id is None else query.where(tables.outbox.c.message_id == message_id)).one()
        return row.status, row.attempts


def tried(house: House) -> list[tuple[int, int | None]]:
    with read(house.engine) as conn:
        rows = conn.execute(select(tables.attempt.c.number, tables.attempt.c.status_code).order_by(tables.attempt.c.number))
        return [(row.number, row.status_code) for row in rows]


def test_from_the_proposal_to_the_authority(house: House, inbox: Receiver) -> None:
    referral_id = house.approved()
    assert courier(house, to(inbox)).round() == 1
    _, headers, body = inbox.got[0]
    message_id = verify([keys(house)[0].public], headers, body, house.clock() / SECOND_US)
    data = json.loads(body)["data"]
    fetched = house.as_("authority").get(f"/v1/referrals/{referral_id}/report")
    assert data["referral_id"] == referral_id
    assert fetched.headers["etag"] == f'"{data["report_sha256"]}"'
    assert data["report"] == fetched.json()
    assert state(house, message_id) == ("delivered", 1)


def test_a_flaky_receiver_gets_it_once_with_one_id(house: House, inbox: Receiver) -> None:
    house.approved()
    inbox.answers += [Answer(503), Answer(301, {"location": "http://127.0.0.1/"}), Answer(0), Answer(200, body=b"thanks")]
    sending = courier(house, to(inbox))
    for wait_s in (0, 6, 6 * MINUTE_S, 34 * MINUTE_S):
        house.clock.forward(wait_s)
        assert sending.round() == 1
        assert sending.round() == 0
    assert state(house) == ("delivered", 4)
    assert [number for number, _ in tried(house)] == [1, 2, 3, 4]
    assert {code for _, code in tried(house)} == {503, 301, None, 200}
    assert len({headers["webhook-id"] for _, headers, _ in inbox.got}) == 1
    assert len({headers["webhook-timestamp"] for _, headers, _ in inbox.got}) == 4
    assert len({body for _, _, body in inbox.got}) == 1


def test_retry_after_is_honoured(house: House, inbox: Receiver) -> None:
    house.approved()
    inbox.answers += [Answer(429, {"retry-after": "3600"})]
    sending = courier(house, to(inbox))
    sending.round()
    house.clock.forward(3599)
    assert sending.round() == 0
    house.clock.forward(1)
    assert sending.round() == 1
    assert state(house) == ("delivered", 2)


def test_killed_between_send_and_record_sends_the_same_id_again(house: House, inbox: Receiver) -> None:
    house.approved()
    send = to(inbox)

    def killed(headers: object, body: bytes) -> Outcome:
        send(headers, body)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        courier(house, killed).round()
    assert state(house) == ("pending", 0)
    resumed = courier(house, send)
    assert resumed.round() == 0  # somebody may still be sending it
    house.clock.forward(LEASE_US / SECOND_US)
    assert resumed.round() == 1
    first, second = (headers["webhook-id"] for _, headers, _ in inbox.got)
    assert first == second
    assert inbox.got[0][2] == inbox.got[1][2]
    assert state(house) == ("delivered", 1)


def test_410_and_exhaustion_end_in_the_dead_letters_until_redelivered(house: House, inbox: Receiver) -> None:
    referral_id = house.approved()
    inbox.answers += [Answer(410)]
    sending = courier(house, to(inbox))
    sending.round()
    assert state(house) == ("dead", 1)
    house.clock.forward(10 * 86_400)
    assert sending.round() == 0
    assert house.as_("analyst").post(f"/v1/referrals/{referral_id}/redelivery", json={}).status_code == 202
    assert sending.round() == 1
    assert state(house) == ("delivered", 1)
    assert tried(house) == [(1, 410), (2, 204)]
    assert len({headers["webhook-id"] for _, headers, _ in inbox.got}) == 1
    listed = house.as_("authority").get(f"/v1/referrals/{referral_id}/attempts").json()["items"]
    assert [a["status_code"] for a in listed] == [410, 204]


def test_a_second_redelivery_is_not_swallowed(house: House, inbox: Receiver) -> None:
    referral_id = house.approved()
    sending = courier(house, to(inbox))
    for _ in range(3):
        assert sending.round() == 1
        house.as_("analyst").post(f"/v1/referrals/{referral_id}/redelivery", json={})
    assert len(inbox.got) == 3


def test_ten_attempts_then_dead(house: House) -> None:
    house.approved()
    sending = courier(house, lambda headers, body: Outcome(500, 1, "answered 500"))
    rounds = 0
    while state(house)[0] == "pending":
        rounds += sending.round()
        house.clock.forward(25 * 3600)
    assert rounds == 10


def test_without_a_target_messages_wait_and_status_says_so(house: House, tmp_home: object) -> None:
    house.approved()
    waiting = courier_of(Settings(), house.engine, house.clock)
    house.clock.forward(86_400 * 30)
    assert waiting.round() == 0
    assert waiting.status() == {"target": "not set", "pending": 1, "overdue": 1, "dead": 0, "delivered": 0}
    assert state(house) == ("pending", 0)


def test_a_target_that_leads_inside_costs_an_attempt_and_says_why(house: House) -> None:
    house.approved()
    target = parse_target("https://kppu.example/", allow_loopback=False)
    courier(house, sender_for(target, resolver=lambda host, port: ["169.254.169.254"])).round()
    with read(house.engine) as conn:
        assert "not public" in str(conn.scalar(select(tables.attempt.c.error)))


def test_a_bad_target_is_refused_at_the_start(house: House) -> None:
    settings = house.services.settings.model_copy(update={"referral_url": "https://kppu.example\\@10.0.0.1/"})
    with pytest.raises(TargetRefused):
        courier_of(settings, house.engine, house.clock)


def test_two_couriers_send_a_message_once(house: House, inbox: Receiver) -> None:
    house.approved()
    with read(house.engine) as conn:
        seen = outbox.due(conn, house.clock())[0]
    one, two = courier(house, to(inbox)), courier(house, to(inbox))
    house.clock.forward(1)
    assert [one._try(to(inbox), seen), two._try(to(inbox), seen)] == [True, False]
    assert len(inbox.got) == 1


def test_it_stops_when_told(house: House, inbox: Receiver) -> None:
    house.approved()
    stop = threading.Event()
    thread = threading.Thread(target=courier(house, to(inbox)).run, args=(stop,))
    thread.start()
    deadline = time.monotonic() + 10
    while not inbox.got and time.monotonic() < deadline:
        time.sleep(0.01)
    stop.set()
    thread.join(timeout=5)
    assert not thread.is_alive()
    assert state(house) == ("delivered", 1)
