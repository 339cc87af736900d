"""How does a case reach the authority? Reply step, proposal, a second person, a signed message, and its proof by a stranger's code."""

from __future__ import annotations

import hashlib
import json
import time
from typing import Any, Final

from app.demo.asking import Api
from app.demo.failure import DemoFailed
from app.demo.independent import verified_id
from app.demo.outcome import Answer, Outcome
from app.demo.people import People
from app.demo.receiver import Arrived, Receiver
from app.demo.screen import Screen

DELIVERY_SECONDS: Final = 30.0
SKIPPED: Final = "The demonstration's sellers are invented: there is nobody who could be asked for papers."
REASONS: Final = "Sold under the accepted cost paper for most of the evening; no promotion, clearance or platform funding explains it."


def refer(url: str, people: People, outcome: Outcome, loss: Answer, screen: Screen) -> str:
    """Take the seller of a planted loss through two people to the outbox; the referral's id."""
    with Api(url, people.analyst) as analyst, Api(url, people.approver) as approver:
        case = _case(analyst, loss)
        analyst.post(f"/v1/cases/{case}/reply-step", {"step": "skipped", "text": SKIPPED})
        made = analyst.post(f"/v1/cases/{case}/referral", {"reasons": REASONS})
        referral = str(made["referral_id"])
        draft = approver.asked("GET", f"/v1/referrals/{referral}/report").headers["etag"].strip('"')
        done = approver.post(f"/v1/referrals/{referral}/approval", {"draft_sha256": draft})
    found = outcome.of(loss)
    screen.say(
        f"case {case} of {loss['seller_id']} ({found['severity'] if found else 'no finding'}), reply step skipped with a written reason"
    )
    screen.say(f"referral {referral} to {done['addressee']}: proposed by {done['proposed_by']}, approved by {done['approved_by']}")
    screen.holds("two different people", True, done["proposed_by"] != done["approved_by"])
    return referral


def show_delivery(url: str, people: People, receiver: Receiver, referral: str, public_key: str, screen: Screen) -> None:
    """What arrived, whether a stranger would believe it, and every attempt."""
    arrived = receiver.wait(DELIVERY_SECONDS)
    if arrived is None:
        raise DemoFailed(f"no message reached the receiver within {DELIVERY_SECONDS:.0f} s")
    screen.say(f"message at {receiver.url}: {len(arrived.body):,} bytes, type {json.loads(arrived.body)['type']}")
    headers = {name.lower(): value for name, value in arrived.headers.items()}
    screen.holds(
        "signature, by docs/verify_webhook.py and the public key", headers["webhook-id"], verified_id([public_key], headers, arrived.body)
    )
    forged = verified_id([public_key], headers, arrived.body.replace(b"HIGH", b"LOW_", 1) + b" ")
    screen.holds("the same signature over altered bytes", "refused", "refused" if forged is None else "accepted")
    with Api(url, people.authority) as authority:
        report = authority.asked("GET", f"/v1/referrals/{referral}/report").content
        _same_report(arrived, report, screen)
        attempts = _attempts(authority, referral)
        screen.holds(
            "the authority acknowledges", True, bool(authority.post(f"/v1/referrals/{referral}/acknowledgement", {})["acknowledged_at"])
        )
    rows = [[a["number"], a["at"], a["status_code"], f"{a['latency_ms']} ms", a["error"] or "–"] for a in attempts]
    screen.table(["attempt", "at", "answer", "took", "error"], rows, "attempts to deliver")
    screen.holds("delivered", 204, attempts[-1]["status_code"] if attempts else 0)


def _case(analyst: Api, loss: Answer) -> str:
    cases = analyst.get("/v1/cases", seller_id=loss["seller_id"])["items"]
    if not cases:
        raise DemoFailed(f"expected an open case of {loss['seller_id']}, found none")
    return str(cases[0]["case_id"])


def _same_report(arrived: Arrived, report: bytes, screen: Screen) -> None:
    told = json.loads(arrived.body)["data"]["report_sha256"]
    screen.holds("sha256 of the report that the authority fetches", told, hashlib.sha256(report).hexdigest())


def _attempts(authority: Api, referral: str) -> list[dict[str, Any]]:
    """The courier writes an attempt down after the answer: a moment later than the receiver has it."""
    until = time.monotonic() + DELIVERY_SECONDS
    while not (found := authority.get(f"/v1/referrals/{referral}/attempts")["items"]) and time.monotonic() < until:
        time.sleep(0.1)
    return list(found)
