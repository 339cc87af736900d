"""Which case does a finding join? The seller's file; pure, so that a replay makes the same rows with the same ids (D3, D5).

The detector never reads what analysts did: it always adds a finding of MEDIUM or more to the seller's first case, if it isn't there yet.
`app/store/case_close.py` moves findings that come after that case was closed into the seller's next one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.domain.cases import FIRST, case_id, is_sandbox
from app.domain.levels import Severity


def joins(finding_row: Mapping[str, Any]) -> bool:
    """Is the finding grave enough for a person to look at, and about real traffic (A6)?"""
    return int(finding_row["severity"]) >= Severity.MEDIUM and not is_sandbox(str(finding_row["platform"]))


def case_effects(finding_rows: Iterable[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Rows to insert where absent into `case` and `case_finding`, in a fixed order."""
    cases: dict[str, dict[str, Any]] = {}
    members: set[tuple[str, str]] = set()
    for row in finding_rows:
        if not joins(row):
            continue
        platform, seller_id = str(row["platform"]), str(row["seller_id"])
        joined = case_id(platform, seller_id, FIRST)
        members.add((joined, str(row["finding_id"])))
        known = cases.setdefault(
            joined,
            {"case_id": joined, "platform": platform, "seller_id": seller_id, "status": "open", "opened_us": int(row["opened_us"])},
        )
        known["opened_us"] = min(known["opened_us"], int(row["opened_us"]))
    return {
        "case": [cases[c] for c in sorted(cases)],
        "case_finding": [{"case_id": c, "finding_id": f} for c, f in sorted(members)],
    }
