"""Where do the till events go? Events, truth and reference tables as files in one folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.training.labels import write_labels
from app.training.ndjson import write_ndjson
from app.training.till_tables import catalogue_table, costs_table, sellers_table, till_truth
from app.training.tills import SOURCE, read_categories, read_ticks, till_events


@dataclass(frozen=True, slots=True)
class TillFiles:
    """The files of the real sample, and what is in them."""

    events: Path
    truth: Path
    sellers: Path
    costs: Path
    catalogue: Path
    event_count: int
    tick_count: int
    session_count: int
    pair_count: int
    below_count: int


def write_tills(folder: Path, source: Path = SOURCE) -> TillFiles:
    """Converts the till ticks of `source` and writes them."""
    folder.mkdir(parents=True, exist_ok=True)
    ticks, categories = read_ticks(source), read_categories(source)
    events = list(till_events(ticks, categories))
    truth = till_truth(ticks, events, categories)
    events_path, truth_path, sellers, costs, catalogue = (
        folder / name for name in ("events.ndjson", "truth.jsonl", "sellers.csv", "costs.csv", "catalogue.csv")
    )
    write_ndjson(events_path, events)
    write_ndjson(truth_path, truth)
    sellers_table().write_csv(sellers)
    papers = costs_table(ticks, categories)
    papers.write_csv(costs)
    write_labels(folder, truth, papers)
    catalogue_table(ticks, categories).write_csv(catalogue)
    below = sum(bool(row["below_cost"]) for row in truth)
    days = len({t.day for t in ticks})
    return TillFiles(events_path, truth_path, sellers, costs, catalogue, len(events), len(ticks), days, len(truth), below)
