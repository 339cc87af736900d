"""Does today's traffic still look like what the model learned from? Population stability of each feature, and how often it is unknown.

Bins lie at the deciles of the training finals and go into the manifest with the share of each; a day is then only counts per bin, which
add up in any order. PSI = sum((a - e) ln(a / e)) over bins with shares a (now) and e (training), Siddiqi 2006. It is a look at the
inputs, not at errors: traffic may drift and be ranked as well as before, and losses may change where no feature does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from app.detection.features import NAMES
from app.domain.canonical import rounded

DECILES: Final = tuple(i / 10 for i in range(1, 10))
LEAST_SHARE: Final = 1e-4
"""An empty bin counts as so much: its logarithm must be finite."""
WARNS_OVER: Final = 0.2
LEAST_FINALS: Final = 1_000
"""Under this many finals of a day PSI is mostly chance, and nothing is said."""

Counts = dict[str, list[int]]
"""feature -> finals per bin, those without a value last. Integers: parts of a day merge by adding."""


@dataclass(frozen=True)
class Bins:
    """One feature among the training finals: upper edges of all bins but the last, share of each bin among known values, share unknown."""

    edges: tuple[float, ...]
    shares: tuple[float, ...]
    missing: float


@dataclass(frozen=True)
class Drift:
    """One feature now beside training. psi is null under LEAST_FINALS known values."""

    feature: str
    psi: float | None
    missing: float
    missing_trained: float
    finals: int

    @property
    def warns(self) -> bool:
        """Whether somebody should look."""
        return self.psi is not None and self.psi > WARNS_OVER


def learn_bins(raw: pl.DataFrame) -> dict[str, Bins]:
    """Bins of every feature from the feature frame of all training finals; equal deciles make one edge."""
    edges = {name: _edges(raw.get_column(name)) for name in NAMES}
    found: dict[str, Bins] = {}
    for name, row in counted(raw, edges).items():
        known = sum(row[:-1])
        shares = tuple(rounded(n / known) if known else 0.0 for n in row[:-1])
        found[name] = Bins(edges[name], shares, rounded(row[-1] / max(1, raw.height)))
    return found


def counted(raw: pl.DataFrame, edges: Mapping[str, Sequence[float]]) -> Counts:
    """How many finals of a feature frame lie in each bin (a value on an edge in the lower one), and how many are unknown."""
    found: Counts = {}
    for name, cuts in edges.items():
        column = raw.get_column(name)
        places = np.searchsorted(np.asarray(cuts, dtype=np.float64), column.drop_nulls().to_numpy(), side="left")
        found[name] = [int(n) for n in np.bincount(places, minlength=len(cuts) + 1)] + [column.null_count()]
    return found


def added(one: Mapping[str, Sequence[int]], other: Mapping[str, Sequence[int]]) -> Counts:
    """Both counts together; a feature that only one has counts as it has it."""
    names = sorted({*one, *other})
    return {
        n: [a + b for a, b in zip(one[n], other[n], strict=True)] if n in one and n in other else list(one.get(n, other.get(n, ())))
        for n in names
    }


def drift(bins: Mapping[str, Bins], counts: Mapping[str, Sequence[int]]) -> list[Drift]:
    """Every feature that was counted, in the order of the registry."""
    found: list[Drift] = []
    for name in (n for n in NAMES if n in bins and n in counts):
        *known, unknown = counts[name]
        total = sum(known)
        told = psi(bins[name].shares, known) if total >= LEAST_FINALS and any(bins[name].shares) else None
        share = unknown / max(1, total + unknown)
        found.append(Drift(name, told, rounded(share), bins[name].missing, total + unknown))
    return found


def psi(shares: Sequence[float], counts: Sequence[int]) -> float:
    """Population stability index of counts against expected shares, at least 0; 12 significant digits."""
    now: npt.NDArray[np.float64] = np.asarray(counts, dtype=np.float64)
    now, then = (np.maximum(s, LEAST_SHARE) for s in (now / now.sum(), np.asarray(shares, dtype=np.float64)))
    return rounded(float(np.sum((now - then) * np.log(now / then))))


def as_json(bins: Mapping[str, Bins]) -> dict[str, Any]:
    """Bins as a manifest holds them."""
    return {n: {"edges": list(b.edges), "shares": list(b.shares), "missing": b.missing} for n, b in bins.items()}


def from_json(said: Mapping[str, Any]) -> dict[str, Bins]:
    """Bins of a manifest; none in one made before drift was watched."""
    return {n: Bins(tuple(b["edges"]), tuple(b["shares"]), b["missing"]) for n, b in said.items()}


def _edges(column: pl.Series) -> tuple[float, ...]:
    known = column.drop_nulls()
    cuts = {rounded(float(q)) for share in DECILES if (q := known.quantile(share, "lower")) is not None}
    return tuple(sorted(cuts))
