"""From what does a model learn? Figures of past sessions, split by time, with what is known about some of their pairs.

A data folder may hold `figures*.parquet` (rows of architecture 4), else event files that the line itself turns into figures; beside them
`truth.csv` (platform, session_id, seller_id, product_id, loss: for the card only, never for fitting) and `resolved.csv` (the same
ids and `reason`: units that leave the calibration).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from app.detection.units import without
from app.domain.events import PAIR, SESSION

FiguresOf = Callable[[list[Path]], pl.DataFrame]
"""Event files -> figures, by the same line as the service; handed in by the command line."""

IDS: Final = tuple(c for c in PAIR if c != "key")
TRUTH_SCHEMA: Final = {**{column: pl.String() for column in IDS}, "loss": pl.Boolean()}
EVENT_FILES: Final = ("*.ndjson", "*.ndjson.gz")


class NothingToLearn(Exception):
    """A data folder without sessions enough; the text says what is missing."""


@dataclass(frozen=True)
class Dataset:
    """Figures with, where known, the truth for measuring and the units resolved by known cost or a person."""

    figures: pl.DataFrame
    truth: pl.DataFrame | None = None
    resolved: pl.DataFrame | None = None


def read(data: Path, figures_of: FiguresOf | None = None) -> Dataset:
    """Everything a folder holds for training."""
    ready = sorted(data.rglob("figures*.parquet"))
    events = sorted(p for pattern in EVENT_FILES for p in data.rglob(pattern))
    if ready:
        figures = pl.concat([pl.read_parquet(p) for p in ready], how="vertical")
    elif events and figures_of is not None:
        figures = figures_of(events)
    else:
        raise NothingToLearn(f"{data}: neither figures*.parquet nor event files (*.ndjson, *.ndjson.gz) to learn from")
    return Dataset(figures, _table(data, "truth.csv"), _table(data, "resolved.csv"))


def by_time(figures: pl.DataFrame, share: float) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(earlier, later) whole sessions, split at the session whose last final is `share` of the way; never a session in both."""
    ends = figures.group_by(SESSION).agg(pl.col("end_us").max().alias("ended")).sort("ended", *SESSION)
    if ends.height < 2:
        raise NothingToLearn("one session cannot be split into a past to learn from and a later one to calibrate on")
    cut = min(max(1, round(share * ends.height)), ends.height - 1)
    earlier = figures.join(ends.head(cut), on=SESSION, how="semi")
    return earlier, figures.join(ends.head(cut), on=SESSION, how="anti")


def without_resolved(units: pl.DataFrame, resolved: pl.DataFrame | None) -> pl.DataFrame:
    """Units less those that a known cost or a person took out; any other reason, a high score above all, is refused."""
    return without(units, resolved)


def _table(data: Path, name: str) -> pl.DataFrame | None:
    found = sorted(data.rglob(name))
    ids = {column: pl.String() for column in IDS}
    return pl.concat([pl.read_csv(p, schema_overrides=ids) for p in found]) if found else None
