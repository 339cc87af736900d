"""What would the service say of flash prices at their real cadence? Price ticks of ten Shopee items polled every half hour, in dong.

Each item is a shop of its own, a day one session. A tick is a price event; where the shop's counter of sold units rose since the tick
before, the difference is one sale at the price shown before. No cost is known and nothing is known to be a loss: what alarms is false.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import polars as pl

from app.domain.snapshot import empty_snapshot
from app.findings.rulebook import read_rule_book
from app.training.bulk import Bulk, rows_of
from app.training.evaluate.sets.evenings import DROPPED
from app.training.evaluate.sets.shape import EvaluationSet

FILE: Final = "shopee_vn/price_ticks_until_202209.csv"
PLATFORM: Final = "shopee-vn"
CURRENCY: Final = "VND"
JUDGED_FROM: Final = "2022-05-01"
BEFORE: Final = timedelta(seconds=20)
"""A sale since the last tick is posted so long before the tick at which the counter shows it."""


def shopee(folder: Path, *, last: str = "2022-12-31") -> EvaluationSet:
    """The set: what lies before 2022-05 teaches. folder: KAWAL_REFERENCE_DATA; `last`: last day. Raises OSError without the file."""
    ticks = price_ticks(folder).filter(pl.col("day") <= last)
    line = Bulk(PLATFORM, replace(empty_snapshot(), senders={PLATFORM: ()}), read_rule_book())
    finals = [closed.finals.filter("natural") for closed in line.run(rows_of(events_of(ticks), PLATFORM))]
    figures = pl.concat([f for f in finals if f.height], how="vertical_relaxed").drop(DROPPED, strict=False)
    named = ticks.select(pl.lit(PLATFORM).alias("platform"), "session_id", "seller_id", "product_id", pl.lit(value=False).alias("loss"))
    note = "real; ten items; no cost is known, nothing in it is a loss: it counts false alarms and ranks nothing"
    return EvaluationSet("shopee", figures, named.unique(maintain_order=True), fit_until_us(), note=note)


def fit_until_us() -> int:
    """UTC microseconds of the day from which sessions are judged."""
    return int(pl.Series([JUDGED_FROM]).str.to_datetime("%Y-%m-%d", time_unit="us", time_zone="UTC").dt.timestamp("us")[0])


def price_ticks(folder: Path) -> pl.DataFrame:
    """at (UTC), day (text), whole dong, session, seller and product, units sold since the tick before and the price shown then."""
    table = pl.read_csv(folder / FILE).filter((pl.col("price_vnd") > 0) & (pl.col("item_status") == "normal"))
    item = pl.col("itemid").cast(pl.String())
    return (
        table.with_columns(pl.col("ts").str.to_datetime(time_unit="us", time_zone="UTC", strict=True).alias("at"))
        .unique(["itemid", "at"], keep="first")
        .sort("at", "itemid")
        .with_columns(
            pl.col("at").dt.convert_time_zone("Asia/Jakarta").dt.to_string("%Y-%m-%d").alias("day"),
            pl.col("price_vnd").round().cast(pl.Int64()).alias("price"),
            pl.when(pl.col("list_price_vnd") > 0).then(pl.col("list_price_vnd").round().cast(pl.Int64())).alias("list_price"),
            pl.concat_str(pl.lit("toko-"), item).alias("seller_id"),
            item.alias("product_id"),
        )
        .with_columns(
            pl.format("hari-{}", "day").alias("session_id"),
            (pl.col("sold") - pl.col("sold").shift(1).over("itemid")).clip(0).fill_null(0).alias("units"),
            pl.col("price").shift(1).over("itemid").alias("paid"),
        )
    )


def events_of(ticks: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Start, ticks and end of each day."""
    for (session,), part in ticks.partition_by("session_id", as_dict=True, maintain_order=True).items():
        head = {"session_id": session}
        moments = part["at"].to_list()
        yield {
            "type": "session_started",
            "event_id": f"{session}-a",
            "occurred_at": (moments[0] - timedelta(minutes=1)).isoformat(),
            **head,
        }
        for number, row in enumerate(part.iter_rows(named=True)):
            yield from _tick(row, f"{session}-{number}", head)
        yield {"type": "session_ended", "event_id": f"{session}-z", "occurred_at": (moments[-1] + timedelta(minutes=1)).isoformat(), **head}


def _tick(row: dict[str, Any], name: str, head: dict[str, Any]) -> Iterator[dict[str, Any]]:
    base = {**head, "seller_id": row["seller_id"], "product_id": row["product_id"], "category_id": row["product_id"], "currency": CURRENCY}
    funding = {"platform_discount": 0, "seller_voucher": 0, "platform_voucher": 0}
    if row["units"]:
        order = {"order_id": name, "line_id": "1", "status": "paid", "price": row["paid"], "quantity": row["units"]}
        money = {f"{fund}_total": 0 for fund in funding}
        yield {"type": "sale", "event_id": f"{name}-s", "occurred_at": (row["at"] - BEFORE).isoformat(), **base, **order, **money}
    listed = {} if row["list_price"] is None else {"list_price": row["list_price"]}
    asked = {"price": row["price"], "stock": row["stock"], **listed, **funding}
    yield {"type": "price", "event_id": f"{name}-p", "occurred_at": row["at"].isoformat(), **base, **asked}
