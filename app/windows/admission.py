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
    first_here = suspects.select(pl.struct(*IDENTITY, "hash").is_first_distinct()).to_series()
    equal_before = suspects.select(*IDENTITY, "hash").join(
        seen.select(*IDENTITY, "hash").unique().with_columns(pl.lit(value=True).alias("met")),
        on=(*IDENTITY, "hash"),
        how="left",
        maintain_order="left",
    )
    duplicate = (~first_here) | equal_before["met"].fill_null(value=False)
    rest = suspects.filter(~duplicate)
    conflicts = _conflicts(rest, seen)
    reused = rest.filter(conflicts)
    return rest.filter(~conflicts), suspects.filter(duplicate), reused


def _conflicts(rest: pl.DataFrame, seen: pl.DataFrame) -> pl.Series:
    """True where an open pane already holds the id with other content, as of the row's own watermark (rare: one by one)."""
    ids = rest.select(*IDENTITY).unique()
    relevant = seen.select(*IDENTITY, "pane").join(ids, on=IDENTITY, how="semi")
    held: dict[tuple[str, str], list[int]] = {}
    for platform, event_id, pane in relevant.iter_rows():
        held.setdefault((platform, event_id), []).append(pane)
    verdicts: list[bool] = []
    for platform, event_id, pane, mark in rest.select(*IDENTITY, "pane", "watermark_us").iter_rows():
        panes = held.setdefault((platform, event_id), [])
        conflict = any(mark is None or (p + 1) * PANE_US > mark for p in panes)
        verdicts.append(conflict)
        if not conflict:
            panes.append(pane)
    return pl.Series(verdicts, dtype=pl.Boolean)
