"""Which sessions were there, which are flagged, and how is each of their products judged? (DESIGN.md 3.2)"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field

from app.api import timeline
from app.api.listing import CSV, Paging, answered, cut, position
from app.api.scope import SessionCaller, micros, named, visible
from app.api.services import ServicesDep
from app.api.session_name import SessionName, found_session
from app.api.session_view import ProductPage, SessionOut, SessionPage, product_out, session_out
from app.domain.levels import Severity
from app.store import judgements, pair_findings, sessions, silence
from app.store.engine import read
from app.store.standing import FindingFilter

router: Final = APIRouter(prefix="/v1/sessions", tags=["sessions"])
SeverityName = Literal["NONE", "INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"]
LevelAtLeast = Annotated[int | None, Field(ge=0, le=4, description="This level or above.")]
_STORE_SORT: Final[dict[str, sessions.Sort]] = {"-estimated_harm": "-estimated_harm", "-last_at": "-last"}


class SessionFilters(Paging):
    """Which sessions."""

    flagged: bool | None = None
    severity: list[SeverityName] | None = Field(None, description="The session's highest severity; may be repeated. LOW is the watch list.")
    level: LevelAtLeast = None
    rule: str | None = Field(None, examples=["R01"])
    market: str | None = Field(None, description="platform:category_id")
    category: str | None = None
    platform: str | None = None
    seller_id: str | None = None
    since: AwareDatetime | None = Field(None, description="Sessions with a row at or after this moment.")
    until: AwareDatetime | None = Field(None, description="Sessions with a row before this moment.")
    sort: Literal["-estimated_harm", "-last_at"] = "-estimated_harm"


class ProductFilters(Paging):
    """Which products of a session."""

    seller_id: str | None = None
    product_id: str | None = None
    include: Literal["provisional"] | None = Field(None, description="Adds early judgements of the open pane, which a final replaces.")


@router.get("", response_model=SessionPage, responses=CSV, summary="Sessions of the key's platforms, most harm first")
def list_sessions(filters: Annotated[SessionFilters, Query()], caller: SessionCaller, services: ServicesDep) -> Any:
    """A page, and the cursor of the next."""
    platforms = visible(caller, filters.platform)
    bound = filters.bound("sessions", platforms)
    query = query_of(filters, platforms)
    with read(services.engine) as connection:
        cursor = position(services, filters, bound)
        rows = sessions.list_sessions(connection, query, cursor=cursor, limit=filters.limit + 1)
        latest = silence.latest_rows(connection, {r.platform for r in rows})
    page, following = cut(services, filters, bound, rows, lambda row: sessions.cursor_of(row, query.sort))
    items = [session_out(row, latest) for row in page]
    return answered(filters, SessionPage(items=items, next=following), items, following)


@router.get("/{name:path}/products", response_model=ProductPage, responses=CSV, summary="Every product of a session, flagged or not")
def list_session_products(
    name: SessionName, filters: Annotated[ProductFilters, Query()], caller: SessionCaller, services: ServicesDep
) -> Any:
    """By seller and product. Provisional judgements stand beside the final, only on request (E4)."""
    platform, session_id = named(name, caller)
    bound = filters.bound("products", [platform], session=session_id)
    with read(services.engine) as connection:
        found_session(connection, platform, session_id)
        rows = judgements.of_session(
            connection,
            platform,
            session_id,
            seller_id=filters.seller_id,
            product_id=filters.product_id,
            include_provisional=filters.include == "provisional",
            cursor=position(services, filters, bound),
            limit=filters.limit + 1,
        )
        found = pair_findings.of_session(connection, platform, session_id)
    page, following = cut(services, filters, bound, rows, lambda row: (row.seller_id, row.product_id, row.key))
    items = [product_out(row, found.get((row.seller_id, row.product_id, row.key))) for row in page]
    return answered(filters, ProductPage(items=items, next=following), items, following)


# ids may hold slashes: the open path comes after every path that goes on behind it
router.include_router(timeline.router)


@router.get("/{name:path}", summary="One session")
def get_session(name: SessionName, caller: SessionCaller, services: ServicesDep) -> SessionOut:
    """A session with what its standing findings add up to."""
    platform, session_id = named(name, caller)
    with read(services.engine) as connection:
        session = found_session(connection, platform, session_id)
        latest = silence.latest_rows(connection, {platform})
    return session_out(session, latest)


def query_of(filters: SessionFilters, platforms: tuple[str, ...] | None) -> sessions.Query:
    """The store's question."""
    return sessions.Query(
        finding=FindingFilter(filters.level, filters.rule, filters.market, filters.category, filters.seller_id),
        platforms=platforms,
        severities=None if filters.severity is None else [Severity[name] for name in filters.severity],
        flagged=filters.flagged,
        since_us=micros(filters.since),
        until_us=micros(filters.until),
        sort=_STORE_SORT[filters.sort],
    )
