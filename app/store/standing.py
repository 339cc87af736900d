"""Which findings stand, and which carry a rule? The conditions that several readings share (SEMANTICS E8)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, cast, column, exists, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from app.domain.levels import Severity
from app.store import tables

STRUCK: Final = ("lawful", "data_error")
"""Verdicts that take a finding out of every count."""
FLAG_SEVERITY: Final = Severity.MEDIUM
_FINDING = tables.finding


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """What a finding must be; None asks nothing. `market` is the finding's key (platform:category)."""

    min_level: int | None = None
    rule: str | None = None
    market: str | None = None
    category: str | None = None
    seller_id: str | None = None
    product_id: str | None = None


def stands() -> ColumnElement[bool]:
    """No verdict has struck the finding."""
    return or_(_FINDING.c.verdict.is_(None), _FINDING.c.verdict.not_in(STRUCK))


def has_rule(dialect: str, rule: str) -> ColumnElement[bool]:
    """The newest version names the rule in its `rules`."""
    if dialect == "postgresql":
        return cast(_FINDING.c.body, JSONB)["rules"].op("?")(rule)
    # a table-valued function must be named for its column to be asked
    rules = func.json_each(_FINDING.c.body, "$.rules").table_valued(column("value")).alias("rules")
    return exists(select(1).select_from(rules).where(rules.c.value == rule))


def matches(dialect: str, wanted: FindingFilter) -> list[ColumnElement[bool]]:
    """The filter's conditions on the finding table."""
    conditions = [
        field == value
        for field, value in (
            (_FINDING.c.key, wanted.market),
            (_FINDING.c.category_id, wanted.category),
            (_FINDING.c.seller_id, wanted.seller_id),
            (_FINDING.c.product_id, wanted.product_id),
        )
        if value is not None
    ]
    if wanted.min_level is not None:
        conditions.append(_FINDING.c.level >= wanted.min_level)
    if wanted.rule is not None:
        conditions.append(has_rule(dialect, wanted.rule))
    return conditions


def on_platforms(field: ColumnElement[str], platforms: Collection[str] | None) -> list[ColumnElement[bool]]:
    """The reader's platforms; None means all."""
    return [] if platforms is None else [field.in_(sorted(platforms))]
