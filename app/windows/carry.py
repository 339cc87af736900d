"""What must a partition remember of its closed panes? The carried frames and when they may be forgotten (SEMANTICS D1, D4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from app.domain.events import PAIR, ROW_SCHEMA, SESSION
from app.domain.time import DAY_US, HOUR_US, PANE_US, pane_end_us
from app.windows import prices
from app.windows.attributes import ATTRIBUTE_SCHEMA
from app.windows.rolling import KEPT_PANES
from app.windows.sales import SUM_SCHEMA

PAIRS_SCHEMA: Final[dict[str, pl.DataType]] = {
    **ATTRIBUTE_SCHEMA,
    "last_pane": pl.Int64(),
    "cum_units": pl.Int64(),
    "cum_value_s": pl.Int128(),
    "cum_below_units": pl.Int64(),  # units of panes under the cost that was known then, net of changes
    "cum_below_value": pl.Int128(),
    "max_score": pl.Float64(),
    "max_novelty": pl.Float64(),
    "max_loss": pl.Float64(),
    "scored_by": pl.String(),  # model that made the maxima above: those of two models are never mixed
    "max_shadow": pl.Float64(),  # the same of a candidate model that runs beside it
    "shadow_by": pl.String(),
    "worst_list": pl.Int64(),  # highest list price and rush of buyers so far: what a counterfactual price must bear
    "worst_burst": pl.Float64(),
    "worst_cost": pl.Int64(),
    "fair_price": pl.Int64(),  # highest one-minute mean p_s at or above cost so far
    "finals": pl.Int64(),
    "digest": pl.String(),  # sha256 chained over the canonical bytes of the pair's finals
    "stratum": pl.String(),  # calibration stratum of the pair's first final (E3)
    "spell": pl.String(),  # JSON of the pair's spells and finding; null: never above L0
}
FORGET_US: Final = 20 * HOUR_US
"""Time of day (UTC) at which ended pairs are forgotten: 03:00 in Jakarta, where panes wait for the seal anyway."""
PRICES_SCHEMA: Final[dict[str, pl.DataType]] = {c: ROW_SCHEMA.get(c, pl.String()) for c in prices.PRICE_COLUMNS}
SESSIONS_SCHEMA: Final[dict[str, pl.DataType]] = {
    "platform": pl.String(),
    "session_id": pl.String(),
    "host_id": pl.String(),
    "host_kind": pl.String(),
    "host_tier": pl.String(),
    "started_us": pl.Int64(),
    "ended_us": pl.Int64(),
    "first_us": pl.Int64(),
    "last_us": pl.Int64(),
    "viewers": pl.Int64(),
    "likes": pl.Int64(),
}


@dataclass(frozen=True)
class Carry:
    """Carried state of one platform in one partition. Changes only at finals (D4)."""

    pairs: pl.DataFrame
    prices: pl.DataFrame
    sums: pl.DataFrame
    sessions: pl.DataFrame


def empty_carry() -> Carry:
    """Nothing known yet."""
    return Carry(
        pl.DataFrame(schema=PAIRS_SCHEMA),
        pl.DataFrame(schema=PRICES_SCHEMA),
        pl.DataFrame(schema=SUM_SCHEMA),
        pl.DataFrame(schema=SESSIONS_SCHEMA),
    )


def with_sessions(known: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Merge the context of session rows and the span of all rows into the known sessions (first start, first end, last viewers)."""
    if rows.is_empty():
        return known
    ordered = rows.filter(pl.col("session_id").is_not_null()).sort("occurred_us", "event_id")
    of = pl.col("type")

    def when(kind: str, column: str) -> pl.Expr:
        return pl.col(column).filter(of == kind)

    news = ordered.group_by(SESSION).agg(
        *[when("session_started", c).drop_nulls().first() for c in ("host_id", "host_kind", "host_tier")],
        when("session_started", "occurred_us").min().alias("started_us"),
        when("session_ended", "occurred_us").min().alias("ended_us"),
        pl.col("occurred_us").min().alias("first_us"),
        pl.col("occurred_us").max().alias("last_us"),
        *[when("session_status", c).drop_nulls().last() for c in ("viewers", "likes")],
    )
    return (
        pl.concat([known, news.select(*SESSIONS_SCHEMA)])
        .group_by(SESSION, maintain_order=True)
        .agg(
            *[pl.col(c).drop_nulls().first() for c in ("host_id", "host_kind", "host_tier")],
            *[pl.col(c).min() for c in ("started_us", "ended_us", "first_us")],
            pl.col("last_us").max(),
            *[pl.col(c).drop_nulls().last() for c in ("viewers", "likes")],
        )
        .select(*SESSIONS_SCHEMA)
        .sort(SESSION)
    )


def forgets_through(us: int) -> int:
    """The last moment, once a day, at which ended pairs and sessions were forgotten: never between two slices of one day (D3)."""
    return (us - FORGET_US) // DAY_US * DAY_US + FORGET_US


def forget(carry: Carry, closed_pane: int) -> Carry:
    """Drop what no later pane of this platform can read: old sums, ended prices, pairs a day past their session's end."""
    closed = pane_end_us(closed_pane)
    daily = forgets_through(closed)
    ended = carry.sessions.select(*SESSION, "ended_us")
    # a live that runs for days, or rows long after its end: a day after the last final at the earliest
    over = pl.max_horizontal(pl.coalesce("ended_us", pl.col("first_us") + DAY_US), (pl.col("last_pane") + 1) * PANE_US) + DAY_US
    pairs = carry.pairs.join(ended, on=SESSION, how="left").filter(over > daily).select(*PAIRS_SCHEMA)
    held = prices.segments(carry.prices, carry.sessions)
    live = pl.max_horizontal("ended_us", pl.col("last_us") + DAY_US) + 2 * DAY_US
    return Carry(
        pairs.sort(PAIR),
        prices.still_needed(carry.prices, held, closed).sort(*PAIR, "occurred_us", "event_id"),
        carry.sums.filter(pl.col("pane") > closed_pane - KEPT_PANES),
        carry.sessions.filter(live > daily),
    )
