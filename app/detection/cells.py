"""Into which cells do past units fall? A partition by counts alone: every unit is compared with all units that are compared like it.

A level that has units enough gets a cell of its own; what is left of its parent stays together as the parent's rest. Letting the thin
ones read the whole parent instead would break the promise: long sessions reach higher, and where only they are thin they alone would be
compared with shorter ones (docs/decisions/009). A level is parted off only while the rest keeps enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from app.detection.strata import DEPTHS, SEPARATOR

LEAST_SESSIONS: Final = 30
LEAST_TAIL: Final = 10.0
"""n_eff x alpha: then the realised rate at alpha has a relative sd of at most .32 (detection-study 1.4)."""
REST: Final = "rest"

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Stratum:
    """Maxima of one stratum's units, ascending; from how many sessions; worth how many independent units."""

    maxima: Floats
    sessions: int
    effective: float
    session: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    """Number of each unit's session, in the order of maxima; empty where a stratum will never be parted."""
    together: float = 0.0
    """Correlation of two pairs of one session (app.detection.units)."""

    def enough(self, alpha: float) -> bool:
        """Whether a p of alpha can be told apart here."""
        return self.sessions >= LEAST_SESSIONS and self.effective * alpha >= LEAST_TAIL


@dataclass(frozen=True)
class Cell:
    """Past units that speak together, under the name of their level, or `level|rest` without the levels parted off."""

    name: str
    held: Stratum


def partition(strata: Mapping[str, Stratum], alpha: float) -> dict[str, Cell]:
    """Level -> its cell. A unit is spoken for by the cell of its finest level that has one."""
    children: dict[str, list[str]] = {}
    for name in strata:
        children.setdefault(name.rpartition(SEPARATOR)[0], []).append(name)
    open_ = [name for name in strata if name.count(SEPARATOR) + 1 == min(DEPTHS) and strata[name].enough(alpha)]
    found: dict[str, Cell] = {}
    while open_:
        name = open_.pop()
        parted, rest = _parted(strata, name, children.get(name, []), alpha)
        found[name] = Cell(f"{name}{SEPARATOR}{REST}" if parted and rest is not strata[name] else name, rest)
        open_ += parted
    return dict(sorted(found.items()))


def _parted(strata: Mapping[str, Stratum], name: str, children: list[str], alpha: float) -> tuple[list[str], Stratum]:
    """(levels parted off, what is left): the largest first, so that the thinnest stay together. All parted: the whole speaks for others."""
    left, parted = list(children), []
    rest = strata[name]
    for child in sorted(children, key=lambda c: (-strata[c].effective, c)):
        if not strata[child].enough(alpha):
            break
        others = [c for c in left if c != child]
        remains = merged([strata[c] for c in others]) if others else strata[name]
        if remains.enough(alpha):
            left, rest = others, remains
            parted.append(child)
    return parted, rest


def merged(parts: list[Stratum]) -> Stratum:
    """The units of several strata of one parent as one."""
    maxima, session = np.concatenate([s.maxima for s in parts]), np.concatenate([s.session for s in parts])
    order, sizes = np.argsort(maxima, kind="stable"), np.unique(session, return_counts=True)[1]
    together = max(s.together for s in parts)
    return Stratum(maxima[order], len(sizes), effective(sizes, together), session[order], together)


def effective(sizes: Ints, together: float) -> float:
    """How many independent units the pairs of sessions of these sizes are worth: units over the design effect (Kish 1965)."""
    n, total = int(sizes.sum()), int((sizes * sizes).sum())
    return n / (1.0 + (total / n - 1.0) * together)
