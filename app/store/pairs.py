"""How are rows of many two-part keys asked for so that an index answers? By the first part, then any of the second."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_


def any_pair(first: ColumnElement[Any], second: ColumnElement[Any], pairs: Iterable[tuple[Any, Any]]) -> ColumnElement[bool]:
    """(first, second) is one of `pairs`. SQLite scans the whole table for the row-value IN that this stands for."""
    grouped: defaultdict[Any, list[Any]] = defaultdict(list)
    for left, right in pairs:
        grouped[left].append(right)
    return or_(false(), *(and_(first == left, second.in_(rights)) for left, rights in grouped.items()))
