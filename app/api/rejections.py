"""Which events were refused? Listed newest first with reason and known fields, to be mended and sent again."""

from __future__ import annotations

import json
from typing import Annotated, Any, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Query

from app.api.auth import Caller, require
from app.api.pagination import open_cursor, seal_cursor
from app.api.services import Services, ServicesDep
from app.domain.levels import Role
from app.domain.time import iso
from app.store import rejections
from app.store.engine import read
from app.store.rejections import Rejection

router: Final = APIRouter(prefix="/v1/rejections", tags=["events"])
RejectionCaller = Annotated[Caller, Depends(require(Role.PLATFORM, Role.ANALYST))]
_KEYSET: Final = 2


@router.get("", summary="Refused events of the key's platforms, newest first")
async def list_rejections(
    caller: RejectionCaller, services: ServicesDep, limit: Annotated[int, Query(ge=1, le=500)] = 100, cursor: str | None = None
) -> dict[str, Any]:
    """A page, and the cursor of the next."""
    platforms = None if caller.sees_all else caller.platforms
    bound = {"list": "rejections", "platforms": platforms}
    after = None
    if cursor is not None:
        received_us, rejection_id = open_cursor(services.secret, bound, cursor)[:_KEYSET]
        after = (int(received_us or 0), str(rejection_id))
    rows = await run_sync(_page, services, platforms, after, limit + 1)
    more = len(rows) > limit
    rows = rows[:limit]
    following = seal_cursor(services.secret, bound, (rows[-1].received_us, rows[-1].rejection_id)) if more else None
    return {"items": [_shown(row) for row in rows], "next": following}


def _page(services: Services, platforms: tuple[str, ...] | None, after: tuple[int, str] | None, limit: int) -> list[Rejection]:
    with read(services.engine) as connection:
        return rejections.list_rejections(connection, platforms=platforms, cursor=after, limit=limit)


def _shown(row: Rejection) -> dict[str, Any]:
    return {
        "rejection_id": row.rejection_id,
        "platform": row.posting_platform,
        "stage": row.stage,
        "received_at": iso(row.received_us),
        "receipt_id": row.receipt_id,
        "index": row.index,
        "event_id": row.event_id,
        "field": row.field,
        "problem": row.problem,
        "known_fields": json.loads(row.body),
    }
