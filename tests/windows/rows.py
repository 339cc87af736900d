"""How do tests write rows? One function per event, times in seconds after an evening's beginning; panes closed in any cut."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from app.domain.days import empty_days
from app.domain.events import PAIR, ROW_SCHEMA, key_expr
from app.domain.snapshot import empty_snapshot
from app.domain.time import JAKARTA_OFFSET_US, PANE_US, SECOND_US
from app.windows import carry
from app.windows.baselines import Baselines, baselines
from app.windows.figures import Closing, closing, figures_at, natural_points
from app.windows.prices import price_rows
from app.worker import carrying

EVENING_US: Final = 1_781_262_000_000_000
"""2026-06-12 18:00 in Jakarta: a full hour, hence a full pane and minute."""
PANE: Final = EVENING_US // PANE_US
Row = dict[str, Any]


def us(seconds: float) -> int:
    return EVENING_US + round(seconds * SECOND_US)


def row(kind: str, at: float, event_id: str, **fields: Any) -> Row:
    """One row of ROW_SCHEMA; a pair (p, s, a, x) in category c unless told otherwise."""
    usual = {
        "type": kind, "event_id": event_id, "occurred_us": us(at), "platform": "p", "posting_platform": "p", "session_id": "s",
        "seller_id": "a", "product_id": "x", "category_id": "c", "currency": "IDR",
    }  # fmt: skip
    return dict.fromkeys(ROW_SCHEMA) | usual | fields


def price(at: float, amount: int, event_id: str = "", **fields: Any) -> Row:
    return row("price", at, event_id or f"price-{at}-{fields.get('product_id', 'x')}", price=amount, **fields)


def sale(at: float, amount: int, milli: int = 1000, event_id: str = "", **fields: Any) -> Row:
    return row("sale", at, event_id or f"sale-{at}-{fields.get('product_id', 'x')}", price=amount, quantity_milli=milli, **fields)


def change(at: float, sold: float, amount: int, milli: int = 1000, event_id: str = "", **fields: Any) -> Row:
    told = {"price": amount, "quantity_milli": milli, "sold_us": us(sold), "status": "cancelled"} | fields
    return row("sale_changed", at, event_id or f"change-{at}", **told)


def ended(at: float, event_id: str = "end", **fields: Any) -> Row:
    nobody = {"seller_id": None, "product_id": None, "category_id": None, "currency": None}
    return row("session_ended", at, event_id, **(nobody | fields))


def started(at: float, event_id: str = "start", **fields: Any) -> Row:
    return ended(at, event_id, **fields) | {"type": "session_started"}


def frame(rows: Sequence[Row]) -> pl.DataFrame:
    """Rows as panes hold them: + key, pane."""
    return pl.DataFrame(list(rows), schema=ROW_SCHEMA).with_columns(key_expr(), (pl.col("occurred_us") // PANE_US).alias("pane"))


def no_history(day: int) -> Baselines:
    nothing = empty_snapshot()
    return baselines(empty_days(), day, nothing.sellers, nothing.catalogue)


def figures_of(where: pl.DataFrame, panes: Closing) -> pl.DataFrame:
    """Figures without history and campaigns."""
    return figures_at(where, panes, no_history, empty_snapshot().calendar.select("day", "campaign"), JAKARTA_OFFSET_US)


def close_in(rows: pl.DataFrame, cuts: Sequence[int], last: int, *, everywhere: bool = False) -> pl.DataFrame:
    """Figures at every natural point (or at every pane of every pair) up to pane PANE + last, the panes closed in chunks ending at `cuts`.

    What is carried from chunk to chunk is what the worker carries: merged news, forgotten as the worker forgets.
    """
    carried, first, found = carry.empty_carry(), PANE, []
    pairs = rows.filter(pl.col("price").is_not_null()).select(PAIR).unique()
    for end in [*(PANE + c for c in sorted(set(cuts)) if c < last), PANE + last]:
        part = rows.filter(pl.col("pane").is_between(first, end))
        panes = closing(part, carried, first, end)
        natural = natural_points(panes)
        every = pairs.join(pl.DataFrame({"pane": range(first, end + 1)}), how="cross")
        figures = figures_of(every if everywhere else natural, panes)
        found.append(figures)
        news = figures.join(natural, on=(*PAIR, "pane"), how="semi", maintain_order="left")
        carried = carry.forget(carrying.merged(carried, _news(panes, news)), end)
        first = end + 1
    return pl.concat(found).sort(*PAIR, "pane")


def _news(panes: Closing, figures: pl.DataFrame) -> carry.Carry:
    last = figures.group_by(PAIR, maintain_order=True).agg(pl.all().last()).with_columns(pl.col("pane").alias("last_pane"))
    missing = [pl.lit(None, t).alias(c) for c, t in carry.PAIRS_SCHEMA.items() if c not in last.columns]
    prices_shown = price_rows(panes.rows).select(*carry.PRICES_SCHEMA)
    pairs = last.with_columns(missing).select(*carry.PAIRS_SCHEMA)
    return carry.Carry(pairs, prices_shown, panes.news, panes.carry.sessions)
