"""How is one set's judgement told? A table for people and the same figures for machines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from app.domain.events import SESSION
from app.training.evaluate.judge import ALPHA, Row
from app.training.evaluate.pairs import Split
from app.training.evaluate.section import DASH, Table, number, ranged
from app.training.evaluate.sets.shape import EvaluationSet

COLUMNS: Final = (
    "detector", "AP", "AUC", "P@50", "x best division", "x supervised", f"found at {ALPHA}", "minutes to it", "false / 1,000 session-h",
)  # fmt: skip
LEGEND: Final = (
    "AP, AUC, precision in the first 50: per pair, its highest final; truth: some closed one-minute window below the true cost (E1). "
    "[95 %]: draws of whole sellers where there are 20, else of sessions; counts: exact Poisson limits. A ratio whose interval holds 1 is "
    f"no gain shown. The best division is chosen with hindsight. found, minutes, false: at the threshold that {ALPHA} of the past's "
    "pairs without a loss reach."
)


def told(title: str, rows: Sequence[Row]) -> Table:
    """One line a detector; one that could not run says why."""
    return Table(title, COLUMNS, tuple(_line(row) for row in rows))


def _line(row: Row) -> tuple[str, ...]:
    if row.missing:
        return (row.name, row.missing, *[DASH] * (len(COLUMNS) - 2))
    opened = row.opened
    return (
        row.name,
        ranged(row.ap, row.ap_range),
        number(row.auc),
        number(row.first50, 2),
        ranged(row.to_best, row.to_best_range) + _verdict(row),
        number(row.to_supervised),
        number(opened.found, 2) if opened else DASH,
        number(opened.minutes, 1) if opened else DASH,
        ranged(opened.per_hours, opened.per_hours_range, 1) if opened else "past too small",
    )


def _verdict(row: Row) -> str:
    low, high = row.to_best_range
    return " no gain shown" if row.kind == "ours" and low <= 1.0 <= high else ""


def figures(given: EvaluationSet, parts: Split, rows: Sequence[Row], best: str | None) -> dict[str, Any]:
    """The same for machines, with what was judged."""
    of = parts.later.pairs
    return {
        "pairs": of.height,
        "losses": int(parts.later.loss.sum()),
        "sellers": of.select("platform", "seller_id").n_unique(),
        "sessions": of.select(*SESSION).n_unique(),
        "session_hours": parts.hours,
        "past_pairs": parts.known_past.pairs.height,
        "past_losses": int(parts.known_past.loss.sum()),
        "drawn": list(given.cluster),
        "clusters": of.select(given.cluster).n_unique(),
        "best_division": best,
        "rows": [asdict(row) for row in rows],
    }


def headline(rows: Sequence[Row], best: str | None) -> dict[str, Any]:
    """What must be shown: ours over the best single division, and over the supervised line."""
    first = next((row for row in rows if row.kind == "ours" and not row.missing), None)
    if first is None:
        return {}
    return {
        "best_division": best,
        "ap": first.ap,
        "ratio_to_best_division": first.to_best,
        "ratio_to_best_division_range": first.to_best_range,
        "ratio_to_supervised": first.to_supervised,
    }
