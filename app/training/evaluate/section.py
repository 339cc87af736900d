"""What does a part of the evaluation hand over? Figures for machines, tables for people, notes, and the reason where it could not run."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

DASH: Final = "-"


@dataclass(frozen=True)
class Wanted:
    """What every part may ask for."""

    seed: int
    seeds: int
    """Generated evenings: so many markets."""
    quick: bool
    """As small as can be, to see that it runs: its figures say nothing."""
    reference: Path | None
    """KAWAL_REFERENCE_DATA."""
    models: Path
    model_id: str | None
    step: Callable[[str], None] = lambda _: None


@dataclass(frozen=True)
class Table:
    """Rows of cells, already worded."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Section:
    """One part. `missing` says why there is nothing else."""

    name: str
    figures: Mapping[str, Any] = field(default_factory=dict)
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    missing: str = ""
    broken: bool = False
    """`missing` tells of a failure of ours, not of something that is not there."""


Part = Callable[[Wanted], Section]


def plain(value: Any) -> Any:
    """Figures as JSON can hold them: NaN and infinities are null, tuples lists, numpy numbers plain."""
    if hasattr(value, "item") and not isinstance(value, str | bytes):
        value = value.item()
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, str | int | bool | type(None)) else str(value)


def number(value: float | None, digits: int = 3) -> str:
    """A figure for people; a dash where there is none."""
    return DASH if value is None or not math.isfinite(value) else f"{value:.{digits}f}"


def ranged(value: float, limits: Sequence[float], digits: int = 3) -> str:
    """0.390 [0.350, 0.420]."""
    return DASH if not math.isfinite(value) else f"{number(value, digits)} [{number(limits[0], digits)}, {number(limits[1], digits)}]"
