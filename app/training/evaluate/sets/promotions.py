"""What would the service say of ordinary announced promotions? Store-weeks of a grocer, 2009-10, with feature, display and price cut.

Every twentieth store; a week of a store is one session, each of its products one price and one sale of the week's units, two minutes
later. `list_price` is the file's base price. No cost is in the file and nothing is known to be sold at a loss: whatever alarms is false.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import polars as pl

from app.domain.snapshot import empty_snapshot
from app.findings.rulebook import read_rule_book
from app.training.bulk import Bulk, rows_of
from app.training.evaluate.sets.evenings import DROPPED
from app.training.evaluate.sets.shape import BY_SELLER, EvaluationSet

FILE: Final = "promotions/store_week_prices_2009_2010.parquet"
PLATFORM: Final = "toko-amerika"
CATEGORY: Final = "groceries"
CURRENCY: Final = "USD"
EVERY: Final = 20
JUDGED_FROM: Final = date(2010, 1, 1)
OPENS_UTC: Final = 3
"""10:00 in Jakarta."""


def promotions(folder: Path, *, every: int = EVERY) -> EvaluationSet:
    """The set: 2009 teaches, 2010 is judged. folder: KAWAL_REFERENCE_DATA. Raises OSError without the file."""
    weeks = store_weeks(folder, every)
    line = Bulk(PLATFORM, replace(empty_snapshot(), senders={PLATFORM: ()}), read_rule_book())
    finals = [closed.finals.filter("natural") for closed in line.run(rows_of(events_of(weeks), PLATFORM))]
    figures = pl.concat([f for f in finals if f.height], how="vertical_relaxed").drop(DROPPED, strict=False)
    named = weeks.select(pl.lit(PLATFORM).alias("platform"), "session_id", "seller_id", "product_id", pl.lit(value=False).alias("loss"))
    note = f"real; every {every}th store; no cost is known, nothing in it is a loss: it counts false alarms and ranks nothing"
    return EvaluationSet("promotions", figures, named, fit_until_us(), BY_SELLER, note)


def fit_until_us() -> int:
    """UTC microseconds of the day from which sessions are judged."""
    return int(datetime(JUDGED_FROM.year, JUDGED_FROM.month, JUDGED_FROM.day, tzinfo=UTC).timestamp()) * 1_000_000


def store_weeks(folder: Path, every: int) -> pl.DataFrame:
    """Rows of every so-manyth store by week, with price and base in cents, and the names of session, seller and product."""
    table = pl.read_parquet(folder / FILE)
    chosen = table.get_column("store_id").unique().sort().gather_every(every)
    return (
        table.filter(
            pl.col("store_id").is_in(chosen.implode()) & (pl.col("units") > 0) & pl.col("price").is_finite() & (pl.col("price") > 0)
        )
        .with_columns(
            (pl.col("price") * 100).round().cast(pl.Int64()).alias("cents"),
            (pl.col("base_price").fill_nan(None) * 100).round().cast(pl.Int64()).alias("base"),
            pl.format("week-{}-{}", pl.col("week_end_date").dt.to_string("%Y-%m-%d"), "store_id").alias("session_id"),
            pl.format("store-{}", "store_id").alias("seller_id"),
            pl.format("upc-{}", "upc_id").alias("product_id"),
        )
        .sort("week_end_date", "store_id", "upc_id")
        .with_columns(pl.int_range(pl.len()).over("session_id").alias("place"))
    )


def events_of(weeks: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """A start, then a price and a sale for each product, then an end: sessions one after the other by week."""
    for (session,), part in weeks.partition_by("session_id", as_dict=True, maintain_order=True).items():
        day = part["week_end_date"][0]
        opened = datetime(day.year, day.month, day.day, OPENS_UTC, tzinfo=UTC)
        head = {"session_id": session}
        yield {"type": "session_started", "event_id": f"{session}-a", "occurred_at": opened.isoformat(), **head}
        for row in part.iter_rows(named=True):
            yield from _row(row, opened + timedelta(seconds=10 * row["place"]), head)
        closed = opened + timedelta(seconds=10 * part.height + 600)
        yield {"type": "session_ended", "event_id": f"{session}-z", "occurred_at": closed.isoformat(), **head}


def _row(row: dict[str, Any], at: datetime, head: dict[str, Any]) -> Iterator[dict[str, Any]]:
    name = f"{row['session_id']}-{row['place']}"
    base = {**head, "seller_id": row["seller_id"], "product_id": row["product_id"], "category_id": CATEGORY, "currency": CURRENCY}
    kind = "campaign" if row["feature"] or row["display"] else "other" if row["tpr_only"] else None
    promotion = {"promotion_id": f"promo-{name}", "promotion_kind": kind, "promotion_announced_at": at.isoformat()} if kind else {}
    listed = {} if row["base"] is None else {"list_price": row["base"]}
    funding = {"platform_discount": 0, "seller_voucher": 0, "platform_voucher": 0}
    yield {
        "type": "price",
        "event_id": f"{name}-p",
        "occurred_at": at.isoformat(),
        **base,
        "price": row["cents"],
        **listed,
        **funding,
        **promotion,
    }
    order = {"order_id": name, "line_id": "1", "status": "paid", "price": row["cents"], "quantity": row["units"]}
    money = {f"{fund}_total": 0 for fund in funding}
    yield {"type": "sale", "event_id": f"{name}-s", "occurred_at": (at + timedelta(minutes=2)).isoformat(), **base, **order, **money}
