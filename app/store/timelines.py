"""How did a product's price run through a session? One row per closed minute of a pair (SEMANTICS F4)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.store import tables
from app.store.keyset import after

_TIMELINE = tables.timeline
_ORDER = (_TIMELINE.c.minute_us, _TIMELINE.c.seller_id, _TIMELINE.c.product_id, _TIMELINE.c.key)


@dataclass(frozen=True, slots=True)
class Minute:
    """One minute of a pair. Money in the smallest unit, units in thousandths, `mean` unit-weighted, null without units."""

    platform: str
    session_id: str
    seller_id: str
    product_id: str
    key: str
    minute_us: int
    low: int | None
    high: int | None
    units_milli: int | None
    reference: int | None
    cost_lo: int | None
    cost_hi: int | None
    price_in_force: int | None
    mean: float | None
    level: int | None


def of_session(
    connection: Connection,
    platform: str,
    session_id: str,
    *,
    product_id: str | None = None,
    seller_id: str | None = None,
    since_us: int | None = None,
    until_us: int | None = None,
    cursor: tuple[int, str, str, str] | None = None,
    limit: int = 1000,
) -> list[Minute]:
    """Minutes in order of time, at most `limit` after `cursor` = (minute_us, seller_id, product_id, key); `until_us` exclusive."""
    query = select(*(_TIMELINE.c[name] for name in Minute.__slots__)).where(
        _TIMELINE.c.platform == platform, _TIMELINE.c.session_id == session_id
    )
    if product_id is not None:
        query = query.where(_TIMELINE.c.product_id == product_id)
    if seller_id is not None:
        query = query.where(_TIMELINE.c.seller_id == seller_id)
    if since_us is not None:
        query = query.where(_TIMELINE.c.minute_us >= since_us)
    if until_us is not None:
        query = query.where(_TIMELINE.c.minute_us < until_us)
    if cursor is not None:
        query = query.where(after(_ORDER, cursor))
    return [Minute(**r) for r in connection.execute(query.order_by(*_ORDER).limit(limit)).mappings()]
