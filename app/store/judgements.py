"""How is every product of a session judged? One row per pair, flagged or not (DESIGN.md 3.2)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from app.domain.levels import Level, Severity
from app.store import tables
from app.store.keyset import after

_JUDGEMENT = tables.judgement
_ORDER = (_JUDGEMENT.c.seller_id, _JUDGEMENT.c.product_id, _JUDGEMENT.c.key)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The newest judgement of a pair. `final` is None while it is only provisional; `provisional` only on request (E4)."""

    platform: str
    session_id: str
    seller_id: str
    product_id: str
    key: str
    category_id: str | None
    pane: int | None
    level: Level | None
    legal_level: Level | None
    severity: Severity | None
    p_value: float | None
    q_value: float | None
    calibration: str | None
    anomaly_score: float | None
    novelty_score: float | None
    loss_probability: float | None
    finals: int
    finals_digest: str | None
    final: dict[str, Any] | None
    provisional: dict[str, Any] | None
    provisional_pos: int | None


def of_session(
    connection: Connection,
    platform: str,
    session_id: str,
    *,
    seller_id: str | None = None,
    product_id: str | None = None,
    include_provisional: bool = False,
    cursor: tuple[str, str, str] | None = None,
    limit: int = 100,
) -> list[Judgement]:
    """The pairs of a session by seller, product and key, at most `limit` after `cursor` = those three.

    Pairs without a final are left out unless provisional judgements are asked for.
    """
    query = select(_JUDGEMENT).where(_JUDGEMENT.c.platform == platform, _JUDGEMENT.c.session_id == session_id)
    if seller_id is not None:
        query = query.where(_JUDGEMENT.c.seller_id == seller_id)
    if product_id is not None:
        query = query.where(_JUDGEMENT.c.product_id == product_id)
    if not include_provisional:
        query = query.where(_JUDGEMENT.c.final.is_not(None))
    if cursor is not None:
        query = query.where(after(_ORDER, cursor))
    rows = connection.execute(query.order_by(*_ORDER).limit(limit)).mappings()
    return [_judgement(r, include_provisional) for r in rows]


def _judgement(found: RowMapping, include_provisional: bool) -> Judgement:
    plain = {name: found[name] for name in Judgement.__slots__}
    final, provisional = found["final"], found["provisional"] if include_provisional else None
    known = {
        "level": None if found["level"] is None else Level(found["level"]),
        "legal_level": None if found["legal_level"] is None else Level(found["legal_level"]),
        "severity": None if found["severity"] is None else Severity(found["severity"]),
        "finals": found["finals"] or 0,
        "final": None if final is None else json.loads(final),
        "provisional": None if provisional is None else json.loads(provisional),
        "provisional_pos": None if provisional is None else found["provisional_pos"],
    }
    return Judgement(**{**plain, **known})
