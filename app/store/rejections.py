"""Which events were refused, where and why? Known fields only, to be mended and sent again (DESIGN.md 3.1)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, select

from app.store import tables
from app.store.effects import insert_new
from app.store.keyset import after

_REJECTION = tables.rejection


@dataclass(frozen=True, slots=True)
class Rejection:
    """One refused event. `stage`: door, decode, windows, detection or law; `body`: JSON of the known fields."""

    rejection_id: str
    posting_platform: str
    stage: str
    received_us: int
    receipt_id: str | None
    index: int | None
    event_id: str | None
    field: str | None
    problem: str
    body: str


def save(connection: Connection, rejections: Sequence[Rejection]) -> None:
    """Keep rejections; those kept before under the same id stay as they are."""
    insert_new(connection, _REJECTION.name, [asdict(r) for r in rejections])


def list_rejections(
    connection: Connection,
    *,
    platforms: Collection[str] | None = None,
    cursor: tuple[int, str] | None = None,
    limit: int = 100,
) -> list[Rejection]:
    """Newest first, at most `limit` after `cursor` = (received_us, rejection_id); `platforms` None means all."""
    order = (_REJECTION.c.received_us, _REJECTION.c.rejection_id)
    query = select(_REJECTION).order_by(*(c.desc() for c in order)).limit(limit)
    if platforms is not None:
        query = query.where(_REJECTION.c.posting_platform.in_(sorted(platforms)))
    if cursor is not None:
        query = query.where(after(order, cursor, descending=True))
    return [Rejection(**r) for r in connection.execute(query).mappings()]


def of_receipt(connection: Connection, receipt_id: str) -> list[Rejection]:
    """The rejections of one request, in the order of its events."""
    query = select(_REJECTION).where(_REJECTION.c.receipt_id == receipt_id).order_by(_REJECTION.c.index, _REJECTION.c.rejection_id)
    return [Rejection(**r) for r in connection.execute(query).mappings()]
