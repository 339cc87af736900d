"""Where do the till events go? Events, truth and reference tables as files in one folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

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
    names = ("events.ndjson", "truth.jsonl", "sellers.csv", "costs.csv", "catalogue.csv")
    paths = [folder / name for name in names]
    write_ndjson(paths[0], events)
    write_ndjson(paths[1], truth)
    sellers_table().write_csv(paths[2])
    costs_table(ticks, categories).write_csv(paths[3])
    catalogue_table(ticks, categories).write_csv(paths[4])
    below = sum(bool(row["below_cost"]) for row in truth)
    return TillFiles(*paths, len(events), len(ticks), len({t.day for t in ticks}), len(truth), below)
