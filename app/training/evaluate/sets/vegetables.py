"""What would the service say of two and a half years of a real shop? Price levels per day and item, with that day's wholesale cost.

One seller; session = day; product = item; each price level of a day is one sale of its whole quantity. The file knows no hours: levels
stand spread over the opening hours, the dearest first. `list_price` is the day's highest level of the item, known only when the day
is over: a look-ahead, good for ranking a day's pairs and not for early warning. The cost is only the truth, no event carries it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import polars as pl

from app.domain.snapshot import empty_snapshot
from app.findings.rulebook import read_rule_book
from app.training.bulk import Bulk, rows_of
from app.training.evaluate.sets.shape import EvaluationSet
from app.training.tills import CHINA, CURRENCY, PLATFORM, SELLER, day_us

FOLDER: Final = "vegetables"
LEVELS: Final = "price_levels_202007_202212.parquet"
PRODUCTS: Final = "products.csv"
OPENS: Final = time(9, 0, tzinfo=CHINA)
OPEN_SECONDS: Final = 13 * 3600
GOLDEN: Final = 0.6180339887498949
"""Multiples of it, less whole numbers, spread evenly however many there are."""
FIRST, FIT_UNTIL, LAST = date(2020, 7, 1), date(2022, 6, 30), date(2022, 12, 31)


def price_levels(folder: Path, first: date = FIRST, last: date = LAST) -> tuple[Iterator[dict[str, Any]], pl.DataFrame]:
    """(events in time order, truth: platform, session_id, seller_id, product_id, loss) of the days first..last, both included.

    folder: KAWAL_REFERENCE_DATA / vegetables. Levels that were only returned (no quantity left) are no sale. Raises OSError without files.
    """
    levels = _levels(folder, first, last)
    truth = levels.group_by("date", "item_id", maintain_order=True).agg((pl.col("price") < pl.col("cost")).any().alias("loss"))
    named = truth.select(
        pl.lit(PLATFORM).alias("platform"),
        _session().alias("session_id"),
        pl.lit(SELLER).alias("seller_id"),
        pl.col("item_id").cast(pl.String()).alias("product_id"),
        "loss",
    )
    return _events(levels), named


def vegetables(folder: Path, *, first: date = FIRST, fit_until: date = FIT_UNTIL, last: date = LAST) -> EvaluationSet:
    """The set of the detection study: what may teach ends with `fit_until`, later days are judged. folder: KAWAL_REFERENCE_DATA."""
    events, truth = price_levels(folder / FOLDER, first, last)
    snapshot = replace(empty_snapshot(), senders={PLATFORM: ()})
    line = Bulk(PLATFORM, snapshot, read_rule_book())
    finals = [closed.finals.filter("natural") for closed in line.run(rows_of(events, PLATFORM))]
    figures = pl.concat([f for f in finals if f.height], how="vertical_relaxed").drop("text", "digest", "spell", "spell_now", strict=False)
    note = "list price = the day's highest level of the item, a look-ahead; hours are not in the file; one shop, so draws are over days"
    return EvaluationSet(FOLDER, figures, truth, day_us((fit_until + timedelta(days=1)).isoformat()), note=note)


def _levels(folder: Path, first: date, last: date) -> pl.DataFrame:
    """date, item_id, category_id, price and cost (fen per kg), milli (thousandths of a kg), at (seconds after opening), number."""
    products = pl.read_csv(folder / PRODUCTS).select("item_name", "item_id", "category_id")
    found = pl.read_parquet(folder / LEVELS).filter(pl.col("date").is_between(first, last) & (pl.col("quantity_kg") > 0))
    whole = (
        found.join(products, on="item_name")
        .sort("date", "item_id", "unit_price", descending=[False, False, True])
        .with_columns(
            (pl.col("unit_price") * 100).round().cast(pl.Int64()).alias("price"),
            (pl.col("wholesale_cost") * 100).round().cast(pl.Int64()).alias("cost"),
            (pl.col("quantity_kg") * 1000).round().cast(pl.Int64()).alias("milli"),
        )
    )
    item = ["date", "item_id"]
    turn = (pl.struct(item).rank("dense") * GOLDEN) % 1.0
    place = (pl.int_range(pl.len()).over(item) + turn) / pl.len().over(item)
    return whole.with_columns((place * OPEN_SECONDS).floor().cast(pl.Int64()).alias("at")).sort("date", "at").with_row_index("number")


def _session() -> pl.Expr:
    return pl.format("levels-{}", pl.col("date").dt.to_string("%Y-%m-%d"))


def _events(levels: pl.DataFrame) -> Iterator[dict[str, Any]]:
    listed = levels.with_columns(pl.col("price").max().over("date", "item_id").alias("list_price"), _session().alias("session"))
    for (day,), part in listed.partition_by("date", as_dict=True, maintain_order=True).items():
        opened = datetime.combine(day, OPENS)
        yield {"type": "session_started", "event_id": f"start-{day}", "occurred_at": opened.isoformat(), "session_id": part["session"][0]}
        for row in part.iter_rows(named=True):
            yield _sale(row, (opened + timedelta(seconds=row["at"])).isoformat())
        closed = (opened + timedelta(seconds=OPEN_SECONDS)).isoformat()
        yield {"type": "session_ended", "event_id": f"end-{day}", "occurred_at": closed, "session_id": part["session"][0]}


def _sale(row: dict[str, Any], at: str) -> dict[str, Any]:
    return {
        "type": "sale",
        "event_id": f"l-{row['number']:06d}",
        "occurred_at": at,
        "session_id": row["session"],
        "seller_id": SELLER,
        "product_id": str(row["item_id"]),
        "category_id": str(row["category_id"]),
        "currency": CURRENCY,
        "order_id": f"level-{row['number']:06d}",
        "line_id": "1",
        "status": "paid",
        "price": row["price"],
        "quantity": row["milli"] / 1000,
        "list_price": row["list_price"],
        "platform_discount_total": 0,
        "seller_voucher_total": 0,
        "platform_voucher_total": 0,
    }
