"""What does each detector reach on a set? A row of figures each, beside the best single division and the supervised line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.training.evaluate.detector import DIVISION, SUPERVISED, CannotJudge, Detector, Floats
from app.training.evaluate.intervals import interval, poisson_limits
from app.training.evaluate.pairs import MINUTE_US, Split, Units, scored
from app.training.evaluate.ranking import Ranking

ALPHA: Final = 0.01
PER_HOURS: Final = 1_000.0
Range = tuple[float, float]
UNKNOWN: Final[Range] = (float("nan"), float("nan"))


@dataclass(frozen=True)
class Opened:
    """What a threshold of alpha .01 on the past's pairs without a loss does later."""

    found: float
    """Share of the losses that are opened at all."""
    minutes: float
    """Median over them, from the end of the first closed window below cost to the opening; NaN where the set knows no such moment."""
    false: int
    per_hours: float
    per_hours_range: Range


@dataclass(frozen=True)
class Row:
    """One detector on one set. A ratio whose range holds 1 is no gain shown."""

    name: str
    kind: str
    ap: float = float("nan")
    ap_range: Range = UNKNOWN
    auc: float = float("nan")
    auc_range: Range = UNKNOWN
    first50: float = float("nan")
    to_best: float = float("nan")
    to_best_range: Range = UNKNOWN
    to_supervised: float = float("nan")
    to_supervised_range: Range = UNKNOWN
    opened: Opened | None = None
    missing: str = ""


@dataclass(frozen=True)
class Scores:
    """What a detector gave: the maximum of each judged pair, and what its threshold does."""

    detector: Detector
    highest: Floats
    opened: Opened | None
    missing: str = ""


def run(detectors: Sequence[Detector], parts: Split, step: Callable[[str], None] = lambda _: None) -> list[Scores]:
    """Fit each on the past and score the later pairs; one that cannot run is kept with its reason."""
    found = []
    for detector in detectors:
        step(detector.name)
        try:
            detector.fit(parts.past, parts.past_truth)
            found.append(_scores(detector, parts))
        except CannotJudge as cannot:
            found.append(Scores(detector, np.empty(0), None, str(cannot)))
    return found


def _scores(detector: Detector, parts: Split) -> Scores:
    before, later = (scored(units, detector.score(units.finals)) for units in (parts.known_past, parts.later))
    calibration = np.sort(parts.known_past.highest(before)[~parts.known_past.loss])
    threshold = highest_allowed(calibration, ALPHA)
    opened = None if threshold is None else _opened(parts.later, later, threshold, parts.hours)
    return Scores(detector, parts.later.highest(later), opened)


def highest_allowed(calibration: Floats, alpha: float) -> float | None:
    """The score above which (1 + #{c >= s}) / (n + 1) <= alpha; None where the past is too small to tell. calibration: ascending."""
    reached = int(alpha * (len(calibration) + 1))
    return float(calibration[len(calibration) - reached]) if reached else None


def _opened(units: Units, scores: Floats, threshold: float, hours: float) -> Opened:
    when, loss = units.opened_us(scores, threshold), units.loss
    opened = np.isfinite(when)
    began = units.pairs.get_column("first_loss_us").cast(float).fill_null(float("nan")).to_numpy()
    late = np.maximum(when - began, 0.0)[opened & loss & np.isfinite(began)] / MINUTE_US
    false = int((opened & ~loss).sum())
    low, high = poisson_limits(false)
    scale = PER_HOURS / hours if hours else float("nan")
    return Opened(
        float(opened[loss].mean()) if loss.any() else float("nan"),
        float(np.median(late)) if len(late) else float("nan"),
        false,
        false * scale,
        (low * scale, high * scale),
    )


def rows(found: Sequence[Scores], parts: Split, draws: Floats, weights: Floats | None = None) -> list[Row]:
    """The table. draws: (draws, pairs) counts of intervals.cluster_draws; weights: (pairs,) where losses are planted more often than asked.

    The best division is the one with the highest AP on these very pairs, chosen with hindsight: that favours it, not us.
    """
    loss = parts.later.loss
    whole = np.ones((1, len(loss))) if weights is None else weights[None, :]
    drawn = draws * whole
    rankings = {s.detector.name: Ranking(loss, s.highest) for s in found if not s.missing}
    ap = {name: (float(r.average_precision(whole)[0]), r.average_precision(drawn)) for name, r in rankings.items()}
    best = best_division(found, {name: point for name, (point, _) in ap.items()})
    supervised = next((s.detector.name for s in found if s.detector.kind == SUPERVISED and not s.missing), None)
    table = []
    for s in found:
        name, kind = s.detector.name, s.detector.kind
        if s.missing:
            table.append(Row(name, kind, missing=s.missing))
            continue
        area = rankings[name]
        to_best, to_supervised = (_ratio(ap[name], ap.get(other or "")) for other in (best, supervised))
        table.append(
            Row(
                name, kind, ap[name][0], interval(ap[name][1]), float(area.area(whole)[0]), interval(area.area(drawn)),
                float(area.precision_first(whole)[0]), *to_best, *to_supervised, s.opened,
            )
        )  # fmt: skip
    return table


def best_division(found: Sequence[Scores], ap: dict[str, float]) -> str | None:
    """The single division with the highest average precision; None where no pair is a loss."""
    names = [s.detector.name for s in found if s.detector.kind == DIVISION and np.isfinite(ap.get(s.detector.name, np.nan))]
    return max(names, key=lambda name: ap[name], default=None)


def _ratio(ours: tuple[float, Floats], other: tuple[float, Floats] | None) -> tuple[float, Range]:
    if other is None or not other[0] > 0:
        return float("nan"), UNKNOWN
    with np.errstate(divide="ignore", invalid="ignore"):
        return ours[0] / other[0], interval(ours[1] / other[1])
