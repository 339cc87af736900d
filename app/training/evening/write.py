"""Where does an evening go? Events, truth, reference tables and history as files in one folder."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.training.evening.build import Evening, Plan, build_evening
from app.training.labels import write_labels
from app.training.ndjson import write_ndjson


@dataclass(frozen=True, slots=True)
class EveningFiles:
    """The files of an evening, and what is in them."""

    events: Path
    truth: Path
    sellers: Path
    costs: Path
    catalogue: Path
    history: Path
    event_count: int
    duplicate_count: int
    session_count: int
    pair_count: int
    kinds: dict[str, int]


def save_evening(folder: Path, evening: Evening) -> EveningFiles:
    """Writes an evening that is already in memory."""
    folder.mkdir(parents=True, exist_ok=True)
    names = ("events.ndjson", "truth.jsonl", "sellers.csv", "costs.csv", "catalogue.csv", "history.parquet")
    events, truth, sellers, costs, catalogue, history = (folder / name for name in names)
    write_ndjson(events, evening.arrivals.events)
    write_ndjson(truth, evening.truth)
    evening.sellers.write_csv(sellers)
    evening.costs.write_csv(costs)
    evening.catalogue.write_csv(catalogue)
    write_labels(folder, evening.truth, evening.costs)
    evening.history.write_parquet(history, compression="zstd")
    return EveningFiles(
        events, truth, sellers, costs, catalogue, history,
        event_count=len(evening.arrivals.events),
        duplicate_count=evening.arrivals.duplicates,
        session_count=len(evening.sessions),
        pair_count=len(evening.truth),
        kinds=dict(sorted(Counter(str(row["kind"]) for row in evening.truth).items())),
    )  # fmt: skip


def write_evening(
    folder: Path,
    *,
    seed: int,
    day: date,
    sessions: int,
    prevalence: float = 0.2,
    hours: float = 4.0,
    market_seed: int | None = None,
) -> EveningFiles:
    """Makes an evening and writes it. Prevalence 0 gives a benign evening for training and calibration."""
    plan = Plan(seed=seed, day=day, sessions=sessions, prevalence=prevalence, hours=hours, market_seed=market_seed)
    return save_evening(folder, build_evening(plan))
