"""Which unflagged units are put before a person, by chance or for their small p, and what did the person say? (detection-study 1.6)"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import Connection, select, update

from app.store import tables
from app.store.effects import Row, insert_new
from app.store.keyset import after
from app.store.standing import on_platforms

Verdict = Literal["lawful", "data_error", "unlawful_indicated"]
Why = Literal["drawn", "top"]
DRAWN: Final[Why] = "drawn"
"""By chance: these alone measure misses."""
TOP: Final[Why] = "top"
"""Among the rarest of its calibration: a verdict on it only says whether it is normal traffic."""
_CHECK: Final = tables.spot_check
_ORDER: Final = (_CHECK.c.day, _CHECK.c.check_id)


@dataclass(frozen=True, slots=True)
class SpotCheck:
    """One listed unit; `verdict` is null until a person has looked."""

    check_id: str
    platform: str
    session_id: str
    seller_id: str
    product_id: str
    key: str
    day: int
    p_value: float | None
    stratum: str | None
    why: Why
    verdict: Verdict | None
    note: str | None
    actor: str | None
    decided_us: int | None


def draw(connection: Connection, rows: Sequence[Row]) -> None:
    """Keep listed units; one that was listed before stays as it is, with its verdict."""
    insert_new(connection, _CHECK.name, rows)


def listed(
    connection: Connection,
    platforms: Collection[str] | None = None,
    *,
    undecided: bool | None = None,
    why: Why | None = None,
    cursor: tuple[Any, ...] | None = None,
    limit: int = 100,
) -> list[SpotCheck]:
    """At most `limit` checks after `cursor` = (day, check_id), newest day first.

    `undecided`: only those, or only the others; `why`: only such.
    """
    query = select(_CHECK).where(*on_platforms(_CHECK.c.platform, platforms))
    if undecided is not None:
        query = query.where(_CHECK.c.verdict.is_(None) if undecided else _CHECK.c.verdict.is_not(None))
    if why is not None:
        query = query.where(_CHECK.c.why == why)
    if cursor is not None:
        query = query.where(after(_ORDER, cursor, descending=True))
    rows = connection.execute(query.order_by(*(c.desc() for c in _ORDER)).limit(limit)).mappings()
    return [SpotCheck(**row) for row in rows]


def get(connection: Connection, check_id: str) -> SpotCheck | None:
    """One check."""
    row = connection.execute(select(_CHECK).where(_CHECK.c.check_id == check_id)).mappings().first()
    return None if row is None else SpotCheck(**row)


def decide(connection: Connection, check_id: str, verdict: Verdict, note: str, actor: str, at_us: int) -> bool:
    """Write a person's verdict; a later one replaces it (the audit trail keeps both). False if there is no such check."""
    values = {"verdict": verdict, "note": note, "actor": actor, "decided_us": at_us}
    return connection.execute(update(_CHECK).where(_CHECK.c.check_id == check_id).values(**values)).rowcount == 1
