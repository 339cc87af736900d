"""Which rows of the log may a pane count? Late rows, duplicates and reused ids are told apart here (SEMANTICS A2, C3)."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from app.domain.events import CONTENT_COLUMNS
from app.domain.time import PANE_US

IDENTITY = ("posting_platform", "event_id")
COUNTED, DUPLICATE, LATE, REUSED = "counted", "duplicate", "late", "reused"


@dataclass(frozen=True, slots=True)
class Admitted:
    """Rows with their fate. `open_rows` keep ROW_SCHEMA + pos, row, pane, key, hash, watermark_us."""

    open_rows: pl.DataFrame
    late: pl.DataFrame
    reused: pl.DataFrame
    duplicates: pl.DataFrame


def stamp(rows: pl.DataFrame) -> pl.DataFrame:
    """Add pane and content hash (equal content, equal hash; kept in memory only, so any polars version may make it)."""
    return rows.with_columns(
        (pl.col("occurred_us") // PANE_US).alias("pane"),
        pl.struct(CONTENT_COLUMNS).hash(seed=20261121).alias("hash"),
    )


def admit(rows: pl.DataFrame, seen: pl.DataFrame) -> Admitted:
    """Sort out stamped rows in log order against the ids of open panes.

    rows: ROW_SCHEMA + pos, row, key, pane, hash, watermark_us (the platform's watermark after the record before the row's own).
    seen: posting_platform, event_id, hash, pane of rows already admitted and not yet evicted.
    """
    is_late = (pl.col("occurred_us") < pl.col("watermark_us")).fill_null(value=False)
    late = rows.filter(is_late)
    punctual = rows.filter(~is_late).sort("pos", "row")
    twice = punctual.select(pl.struct(*IDENTITY).is_duplicated()).to_series()
    repeated = punctual.join(seen.select(*IDENTITY).unique(), on=IDENTITY, how="semi", maintain_order="left")
    suspects = pl.concat([punctual.filter(twice), repeated]).unique(["pos", "row"], maintain_order=True)
    if suspects.is_empty():
        return Admitted(punctual, late, punctual.clear(), punctual.clear())
    fresh = punctual.join(suspects, on=("pos", "row"), how="anti", maintain_order="left")
    kept, duplicates, reused = _resolve(suspects.sort("pos", "row"), seen)
    return Admitted(pl.concat([fresh, kept]), late, reused, duplicates)


def _resolve(suspects: pl.DataFrame, seen: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Split rows whose id was met before: (kept, equal content, other content). Equal content means equal pane: no look at time."""
    met = seen.join(suspects.select(*IDENTITY).unique(), on=IDENTITY, how="semi").select(*IDENTITY, "hash", "pane")
    every = pl.concat([met.select(*IDENTITY, "hash"), suspects.select(*IDENTITY, "hash")])
    contested = every.group_by(IDENTITY).agg(pl.col("hash").n_unique().alias("contents")).filter(pl.col("contents") > 1)
    disputed = suspects.join(contested, on=IDENTITY, how="semi", maintain_order="left")
    plain = suspects.join(contested, on=IDENTITY, how="anti", maintain_order="left")
    known = plain.select(pl.struct(*IDENTITY)).to_series().is_in(met.select(pl.struct(*IDENTITY)).to_series().implode())
    fresh = plain.select(pl.struct(*IDENTITY).is_first_distinct()).to_series() & ~known
    fates = _fates(disputed, met)
    kept, twice, reused = (disputed.filter(fates == fate) for fate in (COUNTED, DUPLICATE, REUSED))
    return pl.concat([plain.filter(fresh), kept]), pl.concat([plain.filter(~fresh), twice]), reused


def _fates(disputed: pl.DataFrame, met: pl.DataFrame) -> pl.Series:
    """Fates of rows whose id stands for several contents, each under its own watermark (rare: one by one, in log order).

    A repeat of a refused row is refused again, not a duplicate: whatever the slice, only rows that were let in are remembered.
    """
    held: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for platform, event_id, content, pane in met.iter_rows():
        held.setdefault((platform, event_id), []).append((content, pane))
    fates: list[str] = []
    for platform, event_id, content, pane, mark in disputed.select(*IDENTITY, "hash", "pane", "watermark_us").iter_rows():
        there = held.setdefault((platform, event_id), [])
        if any(content == c for c, _ in there):
            fates.append(DUPLICATE)
        elif any(mark is None or (p + 1) * PANE_US > mark for _, p in there):
            fates.append(REUSED)
        else:
            fates.append(COUNTED)
            there.append((content, pane))
    return pl.Series(fates, dtype=pl.String)
