"""What was found? Findings with filters, and one finding with its reasons, tests, defences and frozen versions."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field

from app.api.auth import Caller, ReaderCaller
from app.api.finding_view import FindingOut, FindingPage, FindingVersion, finding_out, finding_row
from app.api.listing import CSV, Paging, answered, cut, position
from app.api.problems import Problem
from app.api.scope import micros, visible
from app.api.services import Services, ServicesDep
from app.api.sessions import SeverityName
from app.domain.levels import Severity
from app.store import findings
from app.store.engine import read
from app.store.findings import Finding
from app.store.standing import FindingFilter

router: Final = APIRouter(prefix="/v1/findings", tags=["findings"])
_STORE_SORT: Final[dict[str, findings.Sort]] = {"-estimated_harm": "-estimated_harm", "-updated_at": "-updated", "-severity": "-severity"}


class FindingFilters(Paging):
    """Which findings."""

    level: Annotated[int, Field(ge=1, le=4, description="This level or above; L1 is only unusual, so lists begin at L2.")] = 2
    severity: list[SeverityName] | None = Field(None, description="May be repeated.")
    status: Literal["open", "closed"] | None = None
    rule: str | None = Field(None, examples=["R01"])
    market: str | None = Field(None, description="platform:category_id")
    category: str | None = None
    platform: str | None = None
    session_id: str | None = None
    seller_id: str | None = None
    product_id: str | None = None
    since: AwareDatetime | None = Field(None, description="Last updated at or after this moment.")
    until: AwareDatetime | None = Field(None, description="Exclusive.")
    sort: Literal["-estimated_harm", "-updated_at", "-severity"] = "-estimated_harm"


@router.get("", response_model=FindingPage, responses=CSV, summary="Findings of the key's platforms, most harm first")
def list_findings(filters: Annotated[FindingFilters, Query()], caller: ReaderCaller, services: ServicesDep) -> Any:
    """A page, and the cursor of the next. Findings struck by a verdict are left out."""
    platforms = visible(caller, filters.platform)
    bound = filters.bound("findings", platforms)
    query = _query(filters, platforms)
    with read(services.engine) as connection:
        rows = findings.list_findings(connection, query, cursor=position(services, filters, bound), limit=filters.limit + 1)
    page, following = cut(services, filters, bound, rows, lambda row: findings.cursor_of(row, query.sort))
    items = [finding_row(row) for row in page]
    return answered(filters, FindingPage(items=items, next=following), items, following)


@router.get("/{finding_id}", summary="One finding with reasons, tests, defences and its versions")
def get_finding(finding_id: str, caller: ReaderCaller, services: ServicesDep) -> FindingOut:
    """The newest version, and the list of the frozen ones."""
    found = _visible(services, caller, finding_id)
    with read(services.engine) as connection:
        kept = findings.versions(connection, finding_id)
    return finding_out(found, [FindingVersion(version=number, pane=pane, sha256=sha256) for number, pane, sha256 in kept])


@router.get("/{finding_id}/versions/{version}", summary="A frozen version of a finding")
def get_finding_version(finding_id: str, version: int, caller: ReaderCaller, services: ServicesDep) -> dict[str, Any]:
    """The body exactly as frozen: its canonical bytes have the listed sha256 (F2)."""
    _visible(services, caller, finding_id)
    with read(services.engine) as connection:
        body = findings.version(connection, finding_id, version)
    if body is None:
        raise Problem("not-found", f"The finding {finding_id} has no version {version}.")
    return body


def _visible(services: Services, caller: Caller, finding_id: str) -> Finding:
    with read(services.engine) as connection:
        found = findings.get(connection, finding_id)
    if found is None or (not caller.sees_all and found.platform not in caller.platforms):
        raise Problem("not-found", f"There is no finding {finding_id} among the platforms of this key.")
    return found


def _query(filters: FindingFilters, platforms: tuple[str, ...] | None) -> findings.Query:
    return findings.Query(
        finding=FindingFilter(filters.level, filters.rule, filters.market, filters.category, filters.seller_id, filters.product_id),
        platforms=platforms,
        session_id=filters.session_id,
        severities=None if filters.severity is None else [Severity[name] for name in filters.severity],
        status=filters.status,
        since_us=micros(filters.since),
        until_us=micros(filters.until),
        sort=_STORE_SORT[filters.sort],
    )
