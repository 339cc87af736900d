"""At which panes is a pair judged? Rows, beginnings and ends of its price, and rows leaving the minute (SEMANTICS E5)."""

from __future__ import annotations

import polars as pl

from app.domain.events import PAIR, PAIR_TYPES
from app.domain.time import MINUTE_US, PANE_US, PANES_PER_MINUTE


def natural(rows: pl.DataFrame, held: pl.DataFrame, sums: pl.DataFrame, first: int, last: int) -> pl.DataFrame:
    """(PAIR, pane) of every final in panes first..last, spells aside.

    A final also stands where a sale leaves the one-minute window: without it a cheap sale that shared its minute with a dear
    one would never be seen alone, and L4 would miss it (decision 002).
    """
    own = rows.filter(pl.col("type").is_in(PAIR_TYPES)).select(*PAIR, "pane")
    begins = held.filter(pl.col("end_us") > pl.col("start_us")).select(*PAIR, (pl.col("start_us") // PANE_US).alias("pane"))
    ends = held.filter(pl.col("end_us") > pl.col("start_us")).select(*PAIR, (pl.col("end_us") // PANE_US).alias("pane"))
    # sales leave the minute; a change alone was never in it
    leaving = sums.filter(pl.col("low").is_not_null()).select(*PAIR, (pl.col("pane") + PANES_PER_MINUTE).alias("pane"))
    return pl.concat([own, begins, ends, leaving]).filter(pl.col("pane").is_between(first, last)).unique().sort(*PAIR, "pane")


def minutes(spans: pl.DataFrame, first: int, last: int) -> pl.DataFrame:
    """(PAIR, pane) of every full minute inside each pair's [from_pane, to_pane], cut to first..last: for open spells."""
    step = PANES_PER_MINUTE
    lo = pl.max_horizontal(pl.col("from_pane"), pl.lit(first))
    hi = pl.min_horizontal(pl.col("to_pane"), pl.lit(last))
    # pane p ends a minute where (p + 1) is a multiple of six
    begin = ((lo + 1 + step - 1) // step) * step - 1
    return (
        spans.with_columns(begin.alias("lo"), hi.alias("hi"))
        .filter(pl.col("lo") <= pl.col("hi"))
        .with_columns(pl.int_ranges("lo", pl.col("hi") + 1, step).alias("pane"))
        .explode("pane")
        .select(*PAIR, pl.col("pane").cast(pl.Int64))
    )


def with_end(points: pl.DataFrame) -> pl.DataFrame:
    """Add end_us, the first microsecond after the pane."""
    return points.with_columns(((pl.col("pane") + 1) * PANE_US).alias("end_us"))


def minute_of(end_us: pl.Expr) -> pl.Expr:
    """Start of the clock minute that holds the last microsecond before end_us."""
    return ((end_us - 1) // MINUTE_US) * MINUTE_US
