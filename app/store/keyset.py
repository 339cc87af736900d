"""Which rows come after a cursor? Those beyond the last row's sort key, so that pages never skip or repeat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_


def after(
    columns: Sequence[ColumnElement[Any]], values: Sequence[Any], *, descending: bool | Sequence[bool] = False
) -> ColumnElement[bool]:
    """The condition "strictly after `values`" in the order of `columns`; `descending` for all or per column.

    Spelled out instead of a row comparison, which knows one direction only. Raises ValueError if the lengths differ.
    """
    if len(columns) != len(values):
        raise ValueError(f"the cursor has {len(values)} parts, the order {len(columns)}")
    downs = [descending] * len(columns) if isinstance(descending, bool) else list(descending)
    branches = [
        and_(
            *(c == v for c, v in zip(columns[:i], values[:i], strict=True)),
            columns[i] < values[i] if downs[i] else columns[i] > values[i],
        )
        for i in range(len(columns))
    ]
    return or_(false(), *branches)
