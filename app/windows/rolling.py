"""What do the last 1, 5 and 30 minutes of a pair hold? Rolling integer sums at given points (SEMANTICS C5, B5)."""

from __future__ import annotations

from typing import Final

import polars as pl

from app.domain.events import PAIR
from app.domain.time import PANES_PER_MINUTE
from app.windows.sales import SUMS

WINDOW_PANES: Final = {"w1": PANES_PER_MINUTE, "w5": 5 * PANES_PER_MINUTE}
LONG_MINUTES: Final = 30
KEPT_PANES: Final = LONG_MINUTES * PANES_PER_MINUTE + PANES_PER_MINUTE
"""Closed pane sums older than this many panes are in no window of any later pane."""


def windows(points: pl.DataFrame, sums: pl.DataFrame) -> pl.DataFrame:
    """Add w1_, w5_ and w30_ figures to points (PAIR, pane). 30 minutes slide by the minute: they end at the last full one."""
    for prefix, panes in WINDOW_PANES.items():
        points = _window(points, sums, prefix, pl.col("pane"), panes, pl.col("pane"), 1)
    last_minute = (pl.col("pane") + 1) // PANES_PER_MINUTE - 1
    return _window(points, sums, "w30", last_minute, LONG_MINUTES, pl.col("pane") // PANES_PER_MINUTE, PANES_PER_MINUTE)


def _window(points: pl.DataFrame, sums: pl.DataFrame, prefix: str, at: pl.Expr, span: int, place: pl.Expr, width: int) -> pl.DataFrame:
    """One window: sums placed at `place`, points at `at`, both in steps of `width` panes, the last `span` steps summed."""
    names = [*SUMS, "low", "high"]
    marks = points.with_columns(at.alias("__at"))
    wanted = marks.select(*PAIR, "__at").unique()
    prompt = sums.filter(pl.col("effective") <= pl.col("pane"))
    placed = prompt.select(*PAIR, place.alias("__at"), *names)
    frame = pl.concat([placed, wanted.with_columns(_zeros())], how="diagonal").sort(*PAIR, "__at")
    rolled = (
        frame.rolling(index_column="__at", period=f"{span}i", group_by=list(PAIR), closed="right")
        .agg(*[pl.col(c).sum() for c in SUMS], pl.col("low").min(), pl.col("high").max())
        .unique([*PAIR, "__at"])
        .join(wanted, on=(*PAIR, "__at"), how="semi")
        .rename({c: f"{prefix}_{c}" for c in names})
    )
    joined = marks.join(rolled, on=(*PAIR, "__at"), how="left", maintain_order="left")
    return _corrected(joined, sums.filter(pl.col("effective") > pl.col("pane")), prefix, span, width).drop("__at")


def _zeros() -> list[pl.Expr]:
    return [pl.lit(0, dtype=t).alias(c) for c, t in SUMS.items()]


def _corrected(joined: pl.DataFrame, changes: pl.DataFrame, prefix: str, span: int, width: int) -> pl.DataFrame:
    """Apply sale changes: at points from their own pane on, while the window still holds the sale's pane (B5)."""
    if changes.is_empty():
        return joined
    hit = joined.select(*PAIR, "pane", "__at").join(
        changes.select(*PAIR, pl.col("pane").alias("sold"), "effective", *SUMS), on=PAIR, how="inner"
    )
    place = pl.col("sold") // width
    hit = hit.filter((pl.col("effective") <= pl.col("pane")) & (place <= pl.col("__at")) & (place > pl.col("__at") - span))
    summed = hit.group_by(*PAIR, "pane").agg(*[pl.col(c).sum().alias(f"__{c}") for c in SUMS])
    out = joined.join(summed, on=(*PAIR, "pane"), how="left", maintain_order="left")
    fixed = [(pl.col(f"{prefix}_{c}") + pl.col(f"__{c}").fill_null(0)).alias(f"{prefix}_{c}") for c in SUMS]
    return out.with_columns(fixed).drop([f"__{c}" for c in SUMS])
