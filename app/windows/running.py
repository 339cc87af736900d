"""What has run up since the session began? Cumulative units and value of a pair, net of changes."""

from __future__ import annotations

import polars as pl

from app.domain.events import PAIR


def cumulative(points: pl.DataFrame, news: pl.DataFrame, carried: pl.DataFrame, columns: dict[str, str]) -> pl.DataFrame:
    """Add running totals to points (PAIR, pane).

    news: PAIR, `effective` and amounts that are not in `carried` yet; columns: amount in news -> name of its total, which `carried` holds.
    """
    start = carried.select(*PAIR, pl.lit(-1, pl.Int64).alias("effective"), *[pl.col(t).alias(a) for a, t in columns.items()])
    totals = (
        pl.concat([start, news.select(*PAIR, "effective", *columns)], how="diagonal_relaxed")
        .group_by(*PAIR, "effective")
        .agg(pl.col(a).sum() for a in columns)
        .sort(*PAIR, "effective")
        .with_columns([pl.col(a).cum_sum().over(PAIR).alias(t) for a, t in columns.items()])
        .select(*PAIR, "effective", *columns.values())
        .sort("effective", maintain_order=True)
    )
    numbered = points.with_row_index("__row").sort("pane", maintain_order=True)
    joined = numbered.join_asof(totals, left_on="pane", right_on="effective", by=list(PAIR), strategy="backward", check_sortedness=False)
    return joined.sort("__row").with_columns([pl.col(t).fill_null(0) for t in columns.values()]).drop("__row", "effective", strict=False)


def highest_so_far(frame: pl.DataFrame, value: str, carried: str, name: str) -> pl.DataFrame:
    """Add `name`: the running maximum of `value` over the pair's points in pane order, beginning at column `carried`."""
    return frame.with_columns(pl.max_horizontal(pl.col(value).cum_max().over(PAIR).forward_fill().over(PAIR), pl.col(carried)).alias(name))
