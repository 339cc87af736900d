"""What proves it? Every item with its sha256, so that a report can be checked down to single events (F1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from app.domain.time import iso
from app.referral.matter import FrozenFinding

ANALYSIS: Final = "analysis"
"""Our own judgement: listed and hashed, but never counted as an item of evidence."""
HASH_PREFIX: Final = "sha256:"
CUSTODY: Final = "posted by the platform's key, logged before it was acknowledged, copied unaltered; access is in the audit trail"


def _segments(finding: FrozenFinding) -> list[dict[str, Any]]:
    return [
        {
            "id": f"{segment.key}@{iso(segment.minute_us)}/{segment.sha256[:12]}",  # findings of one category share key and minute
            "type": "events",
            "sha256": segment.sha256,
            "captured_at": iso(segment.minute_us),
            "source": "platform",
            "chain_of_custody": CUSTODY,
        }
        for segment in finding.segments
    ]


def _paper(finding: FrozenFinding) -> list[dict[str, Any]]:
    source = str(finding.body.get("cost", {}).get("source") or "")
    if not source.startswith(HASH_PREFIX):
        return []
    return [
        {
            "id": source,
            "type": "cost_document",
            "sha256": source.removeprefix(HASH_PREFIX),
            "captured_at": None,
            "source": "document",
            "chain_of_custody": "entered by one person and accepted by a second one",
        }
    ]


def _analysis(finding: FrozenFinding) -> dict[str, Any]:
    return {
        "id": f"{finding.finding_id}/{finding.version}",
        "type": ANALYSIS,
        "sha256": finding.version_sha256,
        "captured_at": finding.body.get("updated_at"),
        "source": "kawal-harga",
        "merkle_root": finding.body.get("evidence", {}).get("merkle_root"),
        "chain_of_custody": "frozen version, never altered",
    }


def evidence_items(findings: Iterable[FrozenFinding]) -> list[dict[str, Any]]:
    """Items of all findings; what several findings share stands once."""
    items: dict[tuple[str, str], dict[str, Any]] = {}
    for finding in findings:
        for item in [*_segments(finding), *_paper(finding), _analysis(finding)]:
            items[(item["type"], item["id"])] = item
    return [items[key] for key in sorted(items)]


def independent(items: Iterable[dict[str, Any]]) -> int:
    """How many distinct items count towards the two that are needed."""
    return len({item["sha256"] for item in items if item["type"] != ANALYSIS and item["sha256"]})
