"""What was a request answered, and what became of its events? (SEMANTICS D10)"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Engine, RowMapping, select

from app.log.group import GroupCommit
from app.store import rejections, tables
from app.store.effects import insert_new
from app.store.engine import write
from app.store.pairs import any_pair
from app.store.rejections import Rejection

Position = tuple[int, int]
"""(partition, pos) of one log record."""
_RECEIPT = tables.receipt
_COUNT = tables.record_count
_COUNTED: Final = ("partition", "pos", "counted", "duplicate", "late", "skipped")
_POSITIONS_PER_QUERY: Final = 500


@dataclass(frozen=True, slots=True)
class Receipt:
    """One answered request. `body`: the JSON answer as it was first given; `received_us`: the door's stamp."""

    receipt_id: str
    key_id: str
    idempotency_key: str
    received_us: int
    accepted: int
    rejected: int
    positions: tuple[Position, ...]
    body: str


@dataclass(frozen=True, slots=True)
class Counts:
    """What the detector made of a receipt's rows so far; positions it has not reached are in `pending`."""

    counted: int
    duplicate: int
    late: int
    skipped: int
    known: tuple[Position, ...]
    pending: tuple[Position, ...]


class ReceiptDesk:
    """Saves the receipts of concurrent requests: one transaction for all that wait at the same time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._group: GroupCommit[tuple[Receipt, Sequence[Rejection]], None] = GroupCommit(self._save)

    def save(self, receipt: Receipt, refused: Sequence[Rejection] = ()) -> None:
        """Keep a receipt and its rejections durably; returns once both are."""
        self._group.submit((receipt, refused))

    def _save(self, group: Sequence[tuple[Receipt, Sequence[Rejection]]]) -> list[None]:
        with write(self._engine) as connection:
            save(connection, [receipt for receipt, _ in group], [r for _, refused in group for r in refused])
        return [None] * len(group)


def save(connection: Connection, receipts: Sequence[Receipt], refused: Sequence[Rejection] = ()) -> None:
    """Keep receipts and rejections in the caller's transaction; an id that was kept before stays as it first was."""
    insert_new(connection, _RECEIPT.name, [_values(r) for r in receipts])
    rejections.save(connection, refused)


def find(connection: Connection, key_id: str, idempotency_key: str, since_us: int) -> Receipt | None:
    """The first receipt of this key for this idempotency key received at or after `since_us`."""
    query = (
        select(_RECEIPT)
        .where(_RECEIPT.c.key_id == key_id, _RECEIPT.c.idempotency_key == idempotency_key, _RECEIPT.c.received_us >= since_us)
        .order_by(_RECEIPT.c.received_us, _RECEIPT.c.receipt_id)
        .limit(1)
    )
    return _receipt(connection.execute(query).mappings().first())


def get(connection: Connection, receipt_id: str) -> Receipt | None:
    """The receipt by its id."""
    return _receipt(connection.execute(select(_RECEIPT).where(_RECEIPT.c.receipt_id == receipt_id)).mappings().first())


def counts(connection: Connection, receipt: Receipt) -> Counts:
    """Sums over the receipt's log records that the detector has passed."""
    found: dict[Position, Any] = {}
    for start in range(0, len(receipt.positions), _POSITIONS_PER_QUERY):
        chunk = receipt.positions[start : start + _POSITIONS_PER_QUERY]
        query = select(*(_COUNT.c[name] for name in _COUNTED)).where(any_pair(_COUNT.c.partition, _COUNT.c.pos, chunk))
        found.update(((r.partition, r.pos), r) for r in connection.execute(query))
    rows = found.values()
    return Counts(
        counted=sum(r.counted for r in rows),
        duplicate=sum(r.duplicate for r in rows),
        late=sum(r.late for r in rows),
        skipped=sum(r.skipped for r in rows),
        known=tuple(p for p in receipt.positions if p in found),
        pending=tuple(p for p in receipt.positions if p not in found),
    )


def _values(receipt: Receipt) -> dict[str, Any]:
    plain = {name: getattr(receipt, name) for name in Receipt.__slots__}
    return {**plain, "positions": json.dumps(receipt.positions, separators=(",", ":"))}


def _receipt(found: RowMapping | None) -> Receipt | None:
    if found is None:
        return None
    return Receipt(**{**found, "positions": tuple((p, pos) for p, pos in json.loads(found["positions"]))})
