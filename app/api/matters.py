"""What is a proposal made of as things stand now, and how is it frozen? Between the store's rows and the report."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from app.referral import message
from app.referral.matter import Act, FrozenFinding, Matter
from app.referral.report import report_bytes
from app.store import cases, dossier, outbox, referrals
from app.store.referrals import PROPOSED, Referral


def referred_findings(referral: Referral) -> list[str]:
    """Ids of the findings that a draft or report holds."""
    return [conduct["finding_id"] for conduct in json.loads(referral.report or "{}").get("conduct", [])]


def matter_of(conn: Connection, referral: Referral, found: Sequence[FrozenFinding] | None = None) -> Matter:
    """The matter of a proposal, not yet approved: its findings at their newest versions, the case's reply as it stands."""
    case = cases.get(conn, referral.case_id)
    assert case is not None
    findings = dossier.frozen_findings(conn, referred_findings(referral)) if found is None else found
    return Matter(
        referral_id=referral.referral_id,
        case_id=case.case_id,
        addressee=referral.addressee,
        platform=case.platform,
        seller_id=case.seller_id,
        reasons=referral.reasons,
        proposed=Act(referral.proposed_by, referral.proposed_us),
        approved=None,
        reply_step=case.reply_step,
        reply_note=case.reply_note,
        findings=tuple(findings),
    )


def keep_proposal(conn: Connection, case_id: str, addressee: str, reasons: str, proposed: Act, found: Sequence[FrozenFinding]) -> Referral:
    """Write a proposal with its draft, which also remembers the chosen findings."""
    made = Referral(
        referral_id=referrals.next_id(conn, case_id, addressee),
        case_id=case_id,
        addressee=addressee,
        status=PROPOSED,
        proposed_by=proposed.key_id,
        reasons=reasons,
        proposed_us=proposed.at_us,
        approved_by=None,
        approved_us=None,
        report=None,
        sha256=None,
        acknowledged_us=None,
    )
    made = replace(made, report=report_bytes(matter_of(conn, made, found)).decode())
    referrals.propose(conn, made)
    return made


def draft_hash(draft: Matter) -> str:
    """What an approver has read, in one word."""
    return hashlib.sha256(report_bytes(draft)).hexdigest()


def freeze(conn: Connection, draft: Matter, approved: Act, public_url: str) -> None:
    """Freeze report and hash and queue the message, in the caller's transaction: all of it or nothing. Raises NotProposed."""
    matter = replace(draft, approved=approved)
    text = report_bytes(matter)
    frozen = message.Frozen(text.decode(), hashlib.sha256(text).hexdigest())
    referrals.freeze(conn, matter.referral_id, approver=approved.key_id, at_us=approved.at_us, report=frozen.text, sha256=frozen.sha256)
    cases.set_referred(conn, matter.case_id)
    outbox.enqueue(
        conn,
        message_id=message.message_id(matter.referral_id, message.CREATED),
        case_id=matter.case_id,
        referral_id=matter.referral_id,
        kind=message.CREATED,
        body=message.created(matter, frozen, approved.at_us, public_url).decode(),
        at_us=approved.at_us,
    )
