"""What does the authority get to read? The canonical packet with the fields of law-and-detection.md A5; same input, same bytes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from app.domain.canonical import canonical_bytes
from app.domain.time import iso
from app.referral.accused import conduct, cost_of, defences_of, exculpatory_of, own_tests, statistics_of
from app.referral.evidence import evidence_items, independent
from app.referral.matter import Act, FrozenFinding, Matter
from app.referral.provisions import provisions_of

FORMAT: Final = "kawal-report/1"
NOTICE: Final = {"id": "Indikasi statistik, bukan putusan", "en": "statistical indication, not a finding of law"}
ITEMS_NEEDED: Final = 2
"""Items of evidence that an investigation file must hold; with fewer the report says that it is incomplete."""
NOT_ASSESSED: Final = "not assessed"


def _act(act: Act | None) -> dict[str, Any] | None:
    return None if act is None else {"id": act.key_id, "time": iso(act.at_us)}


def _reported(matter: Matter) -> dict[str, Any]:
    newest = max(matter.findings, key=lambda f: (str(f.body.get("updated_at")), f.finding_id))
    size = newest.body.get("size", {})
    return {
        "seller": matter.seller_id,
        "platform": matter.platform,
        "owner_group": size.get("owner_group"),
        "size_class": size.get("class"),
        "size_status": size.get("status", "unknown"),
        "legal_exempt": bool(newest.body.get("exemption", {}).get("exempt", False)),
        # Names, addresses and NIB stand in one erasable table (A5); the authority asks for them under its own powers.
        "nib": None,
        "address": None,
    }


def _market(matter: Matter) -> list[dict[str, Any]]:
    seen = {(str(f.body.get("category_id")), f.body["pair"]["product_id"]): f.body for f in matter.findings}
    return [
        {
            "product": product,
            "category_hint": body.get("category_id"),
            "geo": NOT_ASSESSED,
            "period": {"from": body.get("opened_at"), "to": body.get("closed_at")},
            "how_defined": "matched products of the dated catalogue; the platform's category is a hint only",
            "rivals": body.get("reference", {}).get("rivals", 0),
            "rivals_median": body.get("reference", {}).get("rivals_median"),
        }
        for (_, product), body in sorted(seen.items())
    ]


def _packs(findings: Iterable[FrozenFinding]) -> list[str]:
    return sorted({str(f.body.get("inputs", {}).get("rule_pack", "")) for f in findings} - {""})


def _elements(matter: Matter) -> dict[str, Any]:
    """The elements of the articles, finding by finding."""
    findings, addressee = matter.findings, matter.addressee
    rules = sorted({t["rule"] for f in findings for t in own_tests(f, addressee) if t.get("status") == "triggered"})
    return {
        "provisions": provisions_of(rules),
        "rules": rules,
        "rule_pack_version": _packs(findings),
        "relevant_market": _market(matter),
        "conduct": [conduct(f, addressee) for f in findings],
        "cost": [cost_of(f) for f in findings],
        "intent_signals": [t for f in findings for t in own_tests(f, addressee) if t["rule"] == "R08"],
        "effect": [t for f in findings for t in own_tests(f, addressee) if t["rule"] in {"R13", "R15"}],
        "recoupment": [t for f in findings for t in own_tests(f, addressee) if t["rule"] in {"R16", "R17"}],
        "defences": [d for f in findings for d in defences_of(f)],
        "exculpatory": [e for f in findings for e in exculpatory_of(f)],
        "statistics": [statistics_of(f) for f in findings],
    }


def packet(matter: Matter) -> dict[str, Any]:
    """The report as plain data."""
    findings = tuple(sorted(matter.findings, key=lambda f: f.finding_id))
    matter = Matter(**{**{name: getattr(matter, name) for name in Matter.__slots__}, "findings": findings})
    items = evidence_items(findings)
    return {
        "format": FORMAT,
        "referral_id": matter.referral_id,
        "case_id": matter.case_id,
        "addressee": matter.addressee,
        "status": "draft" if matter.approved is None else "approved",
        "limitation": NOTICE,
        "reporter": {"name": "Kawal Harga", "capacity": "price monitoring service", "confidential": True},
        "reported": _reported(matter),
        "witnesses": [],
        "injured": [],
        **_elements(matter),
        "seller_reply": {"step": matter.reply_step, "text": matter.reply_note},
        "evidence": items,
        "completeness": "complete" if independent(items) >= ITEMS_NEEDED else "incomplete",
        "reasons": matter.reasons,
        "human_approvers": {"proposed": _act(matter.proposed), "approved": _act(matter.approved)},
    }


def report_bytes(matter: Matter) -> bytes:
    """The report as it is hashed, kept, sent and fetched."""
    return canonical_bytes(packet(matter))
