"""What is posted to the authority? A thin signed body under 20 kB; the report travels inside where it fits, else it is fetched."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.domain.canonical import canonical_bytes
from app.domain.identity import name
from app.domain.levels import Severity
from app.domain.time import iso
from app.referral.matter import FrozenFinding, Matter
from app.referral.report import NOTICE

LIMIT_BYTES: Final = 20_000
SUMMARY_ROWS: Final = 20
"""More findings than that are counted only; the report holds them all."""
CREATED: Final = "referral.created"
UPDATED: Final = "referral.updated"
WITHDRAWN: Final = "referral.withdrawn"


@dataclass(frozen=True, slots=True)
class Frozen:
    """A report as frozen: its exact text and the hash of its bytes."""

    text: str
    sha256: str


def message_id(referral_id: str, kind: str, *what: str) -> str:
    """The webhook-id: one per referral and occasion, the same over attempts and rounds."""
    return name("msg", referral_id, kind, *what)


def report_url(public_url: str, referral_id: str) -> str:
    """Where the authority's key fetches the report."""
    return f"{public_url.rstrip('/')}/v1/referrals/{referral_id}/report"


def _severity(finding: FrozenFinding) -> Severity:
    return Severity[str(finding.body.get("severity", "NONE"))]


def _summary(findings: Sequence[FrozenFinding]) -> list[dict[str, Any]]:
    worst = sorted(findings, key=lambda f: (-_severity(f), f.finding_id))[:SUMMARY_ROWS]
    return [
        {
            "finding_id": f.finding_id,
            "legal_level": f.body.get("legal_level"),
            "severity": _severity(f).name,
            "rules": f.body.get("rules", []),
            "reasons": f.body.get("reasons"),
        }
        for f in worst
    ]


def _envelope(kind: str, at_us: int, data: dict[str, Any]) -> bytes:
    return canonical_bytes({"type": kind, "timestamp": iso(at_us), "data": {**data, "limitation": NOTICE}})


def created(matter: Matter, frozen: Frozen, at_us: int, public_url: str) -> bytes:
    """The body of `referral.created`."""
    data: dict[str, Any] = {
        "referral_id": matter.referral_id,
        "case_id": matter.case_id,
        "addressee": matter.addressee,
        "platform": matter.platform,
        "seller_id": matter.seller_id,
        "severity": max(map(_severity, matter.findings)).name,
        "findings_count": len(matter.findings),
        "findings": _summary(matter.findings),
        "report_sha256": frozen.sha256,
        "links": {"report": report_url(public_url, matter.referral_id)},
    }
    whole = _envelope(CREATED, at_us, {**data, "report": json.loads(frozen.text)})
    if len(whole) < LIMIT_BYTES:
        return whole
    thin = _envelope(CREATED, at_us, data)
    # twenty long explanations may still be too much: the report holds them
    return thin if len(thin) < LIMIT_BYTES else _envelope(CREATED, at_us, {**data, "findings": []})


def changed(
    kind: str, *, referral_id: str, case_id: str, report_sha256: str, withdrawn: Sequence[str], standing: int, why: str, at_us: int
) -> bytes:
    """The body of `referral.updated` or `referral.withdrawn`: findings that no longer stand, told to all who received them (E9)."""
    return _envelope(
        kind,
        at_us,
        {
            "referral_id": referral_id,
            "case_id": case_id,
            "report_sha256": report_sha256,
            "withdrawn_findings": sorted(withdrawn),
            "standing_findings": standing,
            "why": why,
        },
    )
