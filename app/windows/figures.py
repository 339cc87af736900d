"""What are the figures of a pair at a pane? All window, price, history and market columns of docs/architecture.md 4."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from app.domain.events import PAIR, SESSION
from app.domain.time import DAY_US, GATE_HOUR_US, HOUR_US, MINUTE_US, PANE_US
from app.windows import attributes, points, prices, rolling, running, sales
from app.windows.baselines import Baselines
from app.windows.carry import PRICES_SCHEMA, Carry, with_sessions
from app.windows.market import reference_price

History = Callable[[int], Baselines]
"""Baselines (app.windows.baselines) as readable on a day number."""


@dataclass(frozen=True)
class Closing:
    """The panes that close together: their rows, the price segments and sums over them and what was carried in."""

    rows: pl.DataFrame  # ROW_SCHEMA + key, pane, of panes first..last
    carry: Carry  # sessions already hold the context of the rows
    prices: pl.DataFrame
    held: pl.DataFrame
    news: pl.DataFrame  # pane sums of the closing panes
    sums: pl.DataFrame  # carried and new
    first: int
    last: int
    low_pos: int = 0  # no row of the last minutes lies before this log position: where evidence is looked for


def closing(rows: pl.DataFrame, carry: Carry, first: int, last: int, low_pos: int = 0) -> Closing:
    """Lay out what the finals of panes first..last (or a provisional look at them) read."""
    sessions = with_sessions(carry.sessions, rows)
    shown = pl.concat([carry.prices, prices.price_rows(rows).select(*PRICES_SCHEMA)])
    held = prices.segments(shown, sessions)
    news = sales.pane_sums(rows, held)
    return Closing(
        rows,
        Carry(carry.pairs, carry.prices, carry.sums, sessions),
        shown,
        held,
        news,
        pl.concat([carry.sums, news]),
        first,
        last,
        low_pos,
    )


def natural_points(panes: Closing) -> pl.DataFrame:
    """The panes at which pairs are judged whatever the judgement says (E5)."""
    rows = panes.rows.join(_strangers(panes), on=(*PAIR, "occurred_us", "event_id"), how="anti", maintain_order="left")
    return points.natural(rows, panes.held, panes.sums, panes.first, panes.last)


def _strangers(panes: Closing) -> pl.DataFrame:
    """Changes of sales whose pair is not (or no longer) known: a return days later changes the day's sums and judges nobody anew.

    Else the pair's last judgement, forgotten a day after its session, would be replaced by an empty one.
    """
    kind = pl.col("type")
    known = panes.rows.filter(kind.is_in(["price", "sale"])).group_by(PAIR).agg(pl.col("occurred_us").min().alias("__since"))
    changes = panes.rows.filter(kind == "sale_changed").join(panes.carry.pairs, on=PAIR, how="anti")
    alone = changes.join(known, on=PAIR, how="left").filter((pl.col("occurred_us") < pl.col("__since")).fill_null(value=True))
    return alone.select(*PAIR, "occurred_us", "event_id")


def _since_known(panes: Closing) -> pl.DataFrame:
    """Sums from the pane of each pair's first price or sale on: a change told before is carried for no pair, so no frame counts it."""
    first = panes.rows.filter(pl.col("type").is_in(["price", "sale"])).group_by(PAIR).agg(pl.col("pane").min().alias("__first"))
    known = panes.carry.pairs.select(*PAIR, pl.lit(0, pl.Int64).alias("__first"))
    since = pl.concat([known, first]).group_by(PAIR).agg(pl.col("__first").min())
    return panes.news.join(since, on=PAIR).filter(pl.col("effective") >= pl.col("__first")).drop("__first")


def figures_at(where: pl.DataFrame, panes: Closing, history: History, campaigns: pl.DataFrame, offset_us: int) -> pl.DataFrame:
    """One row of figures per point (PAIR, pane), sorted by pair and pane."""
    frame = points.with_end(where.sort(*PAIR, "pane"))
    frame = rolling.windows(frame, panes.sums)
    frame = _own_pane(frame, panes.news)
    frame = _in_force(frame, panes.held)
    frame = attributes.known(frame, panes.rows, panes.carry.pairs)
    totals = {"units": "cum_units", "value_s": "cum_value_s"}
    frame = running.cumulative(frame, _since_known(panes), panes.carry.pairs, totals)
    frame = _session(frame, panes.carry.sessions, campaigns, offset_us)
    return reference_price(_history(frame, history, offset_us)).sort(*PAIR, "pane")


def _own_pane(frame: pl.DataFrame, news: pl.DataFrame) -> pl.DataFrame:
    """Add pane_units, pane_value_s, pane_value_b: what became effective in the point's own pane."""
    own = news.group_by(*PAIR, pl.col("effective").alias("pane")).agg(
        pl.col("units").sum().alias("pane_units"), pl.col("value_s").sum().alias("pane_value_s")
    )
    return frame.join(own, on=(*PAIR, "pane"), how="left", maintain_order="left").with_columns(
        pl.col("pane_units").fill_null(0), pl.col("pane_value_s").fill_null(0)
    )


def _in_force(frame: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """Add force_price, force_ps, force_pb, force_funded and the time-weighted mean of the last minute."""
    frame = prices.time_weighted(frame, held, MINUTE_US)
    frame = prices.at(frame.with_columns((pl.col("end_us") - 1).alias("__last")), "__last", held)
    funded = pl.col("force_platform_discount").is_not_null() & pl.col("force_seller_voucher").is_not_null()
    seller = pl.col("force_price") + pl.col("force_platform_discount") - pl.col("force_seller_voucher")
    buyer = pl.col("force_price") - pl.col("force_seller_voucher") - pl.col("force_platform_voucher")
    return frame.with_columns(
        pl.when(pl.col("force_price").is_not_null()).then(funded).alias("force_funded"),
        pl.when(funded).then(seller).alias("force_ps"),
        buyer.alias("force_pb"),
    ).drop("force_platform_discount", "force_seller_voucher", "force_platform_voucher", "force_end_us", "force_start_us", "__last")


def _session(frame: pl.DataFrame, sessions: pl.DataFrame, campaigns: pl.DataFrame, offset_us: int) -> pl.DataFrame:
    """Add session_hour (local hour of the start, if it lies before the point), campaign and after_end."""
    context = sessions.select(*SESSION, "started_us", "ended_us")
    frame = frame.join(context, on=SESSION, how="left", maintain_order="left")
    hour = ((pl.col("started_us") + offset_us) % DAY_US) // HOUR_US
    local = (pl.col("pane") * PANE_US + offset_us) // DAY_US
    frame = frame.with_columns(
        pl.when(pl.col("started_us") < pl.col("end_us")).then(hour).alias("session_hour"),
        local.alias("day"),
        (pl.col("ended_us") <= pl.col("pane") * PANE_US).fill_null(value=False).alias("after_end"),
    )
    return frame.join(campaigns.unique("day"), on="day", how="left", maintain_order="left").drop("started_us", "ended_us", "day")


def _history(frame: pl.DataFrame, history: History, offset_us: int) -> pl.DataFrame:
    """Join the baselines that each pane may read: up to X-2 before 03:00, X-1 from then on (C5)."""
    frame = frame.with_columns(((pl.col("pane") * PANE_US + offset_us - GATE_HOUR_US) // DAY_US - 1).alias("history_day"))
    parts = [
        history(int(day)).beside(part) for (day,), part in frame.partition_by("history_day", as_dict=True, maintain_order=True).items()
    ]
    joined = pl.concat(parts) if parts else history(0).beside(frame)
    return joined.with_columns(pl.col("own_days").fill_null(0), pl.col("rivals").fill_null(0))
