"""Which cases wait, and what does one hold? Every look at a case is in the audit trail."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query

from app.api.case_trail import recorded, trail
from app.api.case_view import case_shown, comment_shown, finding_shown, referral_shown
from app.api.casework import CaseReader, platforms_of, visible_case
from app.api.pagination import open_cursor, seal_cursor
from app.api.services import ServicesDep
from app.store import cases, dossier, referrals
from app.store.cases import CaseFilter
from app.store.engine import read

router: Final = APIRouter(prefix="/v1/cases", tags=["cases"])


@router.get("", summary="Cases of the key's platforms, newest first")
def list_cases(
    caller: CaseReader,
    services: ServicesDep,
    status: Literal["open", "referred", "closed"] | None = None,
    seller_id: str | None = None,
    assignee: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: str | None = None,
) -> dict[str, Any]:
    """A page, and the cursor of the next."""
    wanted = CaseFilter(platforms_of(caller), status, seller_id, assignee)
    bound = {"list": "cases", "platforms": sorted(wanted.platforms or ()), "status": status, "seller": seller_id, "assignee": assignee}
    after = None
    if cursor is not None:
        opened_us, case_id = open_cursor(services.secret, bound, cursor)
        after = (int(opened_us or 0), str(case_id))
    with read(services.engine) as conn:
        rows = cases.listed(conn, wanted, limit + 1, after)
        counts = cases.count_members(conn, rows)
    page = rows[:limit]
    recorded(services, caller.key_id, "cases.listed", "cases", {"cases": [c.case_id for c in page]})
    following = seal_cursor(services.secret, bound, (page[-1].opened_us, page[-1].case_id)) if len(rows) > limit else None
    return {"items": [{**case_shown(c), "findings_count": counts.get(c.case_id, 0)} for c in page], "next": following}


@router.get("/{case_id}", summary="One case with findings, remarks, referrals and its audit trail")
def get_case(case_id: str, caller: CaseReader, services: ServicesDep) -> dict[str, Any]:
    """Everything about a case."""
    with read(services.engine) as conn:
        case = visible_case(conn, caller, case_id)
        found = dossier.frozen_findings(conn, cases.members(conn, case))
        remarks = cases.comments(conn, case_id)
        sent = referrals.of_case(conn, case_id)
    recorded(services, caller.key_id, "case.read", case_id)
    return {
        **case_shown(case),
        "findings": [finding_shown(f) for f in found],
        "comments": [comment_shown(c) for c in remarks],
        "referrals": [referral_shown(r) for r in sent],
        "timeline": trail(services, case_id),
    }
