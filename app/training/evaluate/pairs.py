"""Which finals teach, which pairs are judged? Whole sessions of the past; pairs of later ones that the truth names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from app.domain.events import SESSION
from app.training.dataset import IDS
from app.training.evaluate.detector import Flags, Floats, settled
from app.training.evaluate.sets.shape import EvaluationSet

MINUTE_US: Final = 60_000_000
HOUR_US: Final = 3_600_000_000


class NothingToJudge(Exception):
    """A set without a past or without a later session; the text says which."""


@dataclass(frozen=True)
class Units:
    """Finals sorted by pair and pane, with one row per pair in the same order."""

    finals: pl.DataFrame
    pairs: pl.DataFrame
    """IDS, loss, and first_loss_us (null where the set does not know it)."""
    starts: np.ndarray[tuple[int], np.dtype[np.int64]]
    """Where each pair's finals begin."""

    @property
    def loss(self) -> Flags:
        """(pairs,)."""
        return self.pairs.get_column("loss").to_numpy().astype(bool)

    def highest(self, scores: Floats) -> Floats:
        """(pairs,) the maximum over each pair's finals."""
        return np.maximum.reduceat(scores, self.starts) if len(self.starts) else np.empty(0)

    def opened_us(self, scores: Floats, threshold: float) -> Floats:
        """(pairs,) end of the first final above the threshold; NaN where none is."""
        ends = self.finals.get_column("end_us").cast(pl.Float64()).to_numpy()
        first = np.minimum.reduceat(np.where(scores > threshold, ends, np.inf), self.starts) if len(self.starts) else np.empty(0)
        return np.where(np.isfinite(first), first, np.nan)


@dataclass(frozen=True)
class Split:
    """A set in two: the past (all its finals, and its labelled pairs) and the later pairs that are judged."""

    past: pl.DataFrame
    past_truth: pl.DataFrame | None
    known_past: Units
    later: Units
    hours: float
    """Session-hours judged: from a session's first final to its last, and the minute before the first."""


def split(given: EvaluationSet) -> Split:
    """Whole sessions only. Raises NothingToJudge."""
    spans = given.figures.group_by(SESSION).agg(pl.col("end_us").min().alias("first"), pl.col("end_us").max().alias("last"))
    past = given.figures.join(spans.filter(pl.col("last") <= given.fit_until_us), on=SESSION, how="semi")
    judged = spans.filter(pl.col("first") > given.fit_until_us)
    later = given.figures.join(judged, on=SESSION, how="semi")
    if past.is_empty() or later.is_empty():
        raise NothingToJudge(f"{given.name}: no session {'before' if past.is_empty() else 'after'} the day until which may be fitted")
    truth = (
        given.truth if "first_loss_us" in given.truth.columns else given.truth.with_columns(pl.lit(None, pl.Int64()).alias("first_loss_us"))
    )
    known_past = _units(past, truth)
    hours = float((judged.get_column("last") - judged.get_column("first") + MINUTE_US).sum()) / HOUR_US
    labelled = truth.join(known_past.pairs, on=IDS, how="semi")
    taught = past if known_past.finals.height < past.height else known_past.finals  # the same rows: kept in memory once
    return Split(taught, labelled if labelled.height else None, known_past, _units(later, truth), hours)


def _units(finals: pl.DataFrame, truth: pl.DataFrame) -> Units:
    known = truth.select(*IDS, "loss", "first_loss_us").unique(IDS, keep="first")
    named = finals.join(known.select(IDS), on=IDS, how="semi").sort(*IDS, "pane")
    pairs = named.group_by(IDS, maintain_order=True).agg(pl.len().alias("n")).join(known, on=IDS, how="left", maintain_order="left")
    counts = pairs.get_column("n").to_numpy()
    return Units(named, pairs, (np.cumsum(counts) - counts).astype(np.int64))


def scored(units: Units, scores: Floats) -> Floats:
    """Scores of the finals, finite; raises ValueError where a detector gave another number of rows."""
    if len(scores) != units.finals.height:
        raise ValueError(f"{len(scores)} scores for {units.finals.height} finals")
    return settled(scores)
