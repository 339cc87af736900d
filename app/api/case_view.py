"""What does a case look like? The JSON of cases, their findings and remarks."""

from __future__ import annotations

from typing import Any

from app.domain.time import iso
from app.referral.matter import FrozenFinding
from app.referral.report import NOTICE
from app.store.cases import Case, Comment
from app.store.referrals import Referral


def moment(us: int | None) -> str | None:
    """A time or null."""
    return None if us is None else iso(us)


def case_shown(case: Case) -> dict[str, Any]:
    """A case without what hangs on it; the notice travels with every word about a seller (E10)."""
    return {
        "case_id": case.case_id,
        "platform": case.platform,
        "seller_id": case.seller_id,
        "status": case.status,
        "assignee": case.assignee,
        "opened_at": iso(case.opened_us),
        "closed_at": moment(case.closed_us),
        "reply_step": case.reply_step,
        "reply_note": case.reply_note,
        "notice": NOTICE,
    }


def comment_shown(comment: Comment) -> dict[str, Any]:
    """One remark."""
    return {"comment_id": comment.comment_id, "at": iso(comment.at_us), "actor": comment.actor, "text": comment.text}


def finding_shown(finding: FrozenFinding) -> dict[str, Any]:
    """A finding as it stands in a case: what decides the next step; the rest is under /v1/findings/{id}."""
    body = finding.body
    wanted = ("pair", "status", "level", "legal_level", "severity", "rules", "addressee", "caps", "exemption", "estimated_harm", "reasons")
    return {
        "finding_id": finding.finding_id,
        "version": finding.version,
        "verdict": finding.verdict,
        "evidence_segments": len(finding.segments),
        **{name: body.get(name) for name in wanted},
    }


def referral_shown(referral: Referral) -> dict[str, Any]:
    """A referral without its report."""
    return {
        "referral_id": referral.referral_id,
        "case_id": referral.case_id,
        "addressee": referral.addressee,
        "status": referral.status,
        "proposed_by": referral.proposed_by,
        "proposed_at": iso(referral.proposed_us),
        "reasons": referral.reasons,
        "approved_by": referral.approved_by,
        "approved_at": moment(referral.approved_us),
        "sha256": referral.sha256,
        "acknowledged_at": moment(referral.acknowledged_us),
        "notice": NOTICE,
    }
