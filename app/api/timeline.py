"""How did prices run through a session? One row per closed minute of a pair (SEMANTICS F4)."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field

from app.api.listing import CSV, Paging, answered, cut, position
from app.api.scope import SessionCaller, micros, named
from app.api.services import ServicesDep
from app.api.session_name import SessionName, found_session
from app.api.session_view import Timeline, minute_out
from app.store import timelines
from app.store.engine import read

router: Final = APIRouter()


class TimelineFilters(Paging):
    """Which minutes."""

    limit: Annotated[int, Field(ge=1, le=5000)] = 1000
    product_id: str | None = None
    seller_id: str | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = Field(None, description="Exclusive.")


@router.get("/{name:path}/timeline", response_model=Timeline, responses=CSV, summary="Price, units, reference and cost per minute")
def get_session_timeline(
    name: SessionName, filters: Annotated[TimelineFilters, Query()], caller: SessionCaller, services: ServicesDep
) -> Any:
    """In order of time."""
    platform, session_id = named(name, caller)
    bound = filters.bound("timeline", [platform], session=session_id)
    with read(services.engine) as connection:
        found_session(connection, platform, session_id)
        rows = timelines.of_session(
            connection,
            platform,
            session_id,
            product_id=filters.product_id,
            seller_id=filters.seller_id,
            since_us=micros(filters.since),
            until_us=micros(filters.until),
            cursor=position(services, filters, bound),
            limit=filters.limit + 1,
        )
    page, following = cut(services, filters, bound, rows, lambda row: (row.minute_us, row.seller_id, row.product_id, row.key))
    items = [minute_out(row) for row in page]
    return answered(filters, Timeline(items=items, next=following), items, following)
