"""What would the service say of the shipped till ticks? Eight real days, June 2023: four teach, four are judged.

There is no sealed day before the first, so the own past of the later days is at most a week long. The list price is the day's highest
level of the item: a look-ahead within the day (data/README.md).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

from app.domain.snapshot import empty_snapshot
from app.findings.rulebook import read_rule_book
from app.training.bulk import Bulk, rows_of
from app.training.evaluate.sets.evenings import DROPPED, truth_of
from app.training.evaluate.sets.shape import EvaluationSet
from app.training.till_tables import till_truth
from app.training.tills import PLATFORM, SOURCE, day_us, read_categories, read_ticks, till_events

JUDGED_FROM: Final = "2023-06-20"


def ticks(source: Path = SOURCE) -> EvaluationSet:
    """The set. Raises OSError without the files of data/vegetables."""
    rows, categories = read_ticks(source), read_categories(source)
    events = list(till_events(rows, categories))
    line = Bulk(PLATFORM, replace(empty_snapshot(), senders={PLATFORM: ()}), read_rule_book())
    finals = [closed.finals.filter("natural") for closed in line.run(rows_of(events, PLATFORM))]
    figures = pl.concat([f for f in finals if f.height], how="vertical_relaxed").drop(DROPPED, strict=False)
    note = (
        f"real, one shop, 16 to 23 June 2023; days from {JUDGED_FROM} are judged, the four before teach: small; "
        "list price = the day's highest level, a look-ahead; truth: clearance below wholesale cost, sold at a loss and not predatory"
    )
    return EvaluationSet("ticks", figures, truth_of(till_truth(rows, events, categories)), day_us(JUDGED_FROM), note=note)
