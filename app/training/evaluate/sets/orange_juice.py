"""What would the service say of thin margins? Every third shop of a supermarket chain, eleven brands of orange juice, a week a session.

The chain's margins are cut at 0 in this file, so nothing in it is below cost: **the label is a margin under 5 %**, which is no loss. Shops
are the sellers. One sale a brand and week with the week's units; the file has no list price, so price / list cannot say anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import polars as pl

from app.domain.snapshot import empty_snapshot
from app.findings.rulebook import read_rule_book
from app.training.bulk import Bulk, rows_of
from app.training.evaluate.sets.evenings import DROPPED
from app.training.evaluate.sets.shape import BY_SELLER, EvaluationSet

FILE: Final = "dominicks/orange_juice.csv.gz"
PLATFORM: Final = "toko-jus"
CATEGORY: Final = "orange-juice"
OUNCES: Final = 64
"""A carton; prices of the file are dollars an ounce, `logmove` the logarithm of ounces."""
THIN: Final = 5.0
BRANDS: Final = range(1, 12)
WEEK_ONE: Final = datetime(1989, 9, 14, 3, 0, tzinfo=UTC)
"""10:00 in Jakarta, so that a session lies in one of its days."""
FIRST_WEEK, JUDGED_FROM = 40, 101
EVERY: Final = 3


def orange_juice(folder: Path, *, every: int = EVERY, last_week: int = 160) -> EvaluationSet:
    """The set; weeks before 101 teach. folder: KAWAL_REFERENCE_DATA. Raises OSError without the file."""
    weeks = _weeks(folder / FILE, every, last_week)
    line = Bulk(PLATFORM, replace(empty_snapshot(), senders={PLATFORM: ()}), read_rule_book())
    finals = [closed.finals.filter("natural") for closed in line.run(rows_of(_events(weeks), PLATFORM))]
    figures = pl.concat([f for f in finals if f.height], how="vertical_relaxed").drop(DROPPED, strict=False)
    truth = weeks.select(
        pl.lit(PLATFORM).alias("platform"), "session_id", "seller_id", "product_id", (pl.col("profit") < THIN).alias("loss")
    )
    note = (
        f"real; every {every}rd shop, weeks {JUDGED_FROM} to {last_week} judged; margins are cut at 0: 'loss' here means a margin under 5 %"
    )
    return EvaluationSet("orange-juice", figures, truth, _us(_opened(JUDGED_FROM)) - 1, BY_SELLER, note)


def _weeks(path: Path, every: int, last_week: int) -> pl.DataFrame:
    table = pl.read_csv(path.read_bytes())
    chosen = table.get_column("store").unique().sort().gather_every(every)
    own = pl.coalesce(pl.when(pl.col("brand") == b).then(pl.col(f"price{b}")) for b in BRANDS)
    return (
        table.filter(pl.col("store").is_in(chosen.implode()) & (pl.col("week") <= last_week))
        .with_columns(
            pl.col("store", "brand", "week").cast(pl.Int64()),
            (own * OUNCES * 100).round().cast(pl.Int64()).alias("cents"),
            (pl.col("logmove").exp() / OUNCES).round().clip(1).cast(pl.Int64()).alias("units"),
        )
        .with_columns(
            pl.format("oj-{}-{}", "store", "week").alias("session_id"),
            pl.format("shop-{}", "store").alias("seller_id"),
            pl.format("brand-{}", "brand").alias("product_id"),
        )
        .sort("week", "brand", "store")
    )


def _opened(week: int) -> datetime:
    return WEEK_ONE + timedelta(weeks=week - 1)


def _us(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000


def _events(weeks: pl.DataFrame) -> Iterator[dict[str, Any]]:
    for row in weeks.iter_rows(named=True):
        at = _opened(row["week"]) + timedelta(minutes=row["brand"])
        yield {
            "type": "sale", "event_id": f"{row['session_id']}-{row['brand']}", "occurred_at": at.isoformat(),
            "session_id": row["session_id"], "seller_id": row["seller_id"], "product_id": row["product_id"], "category_id": CATEGORY,
            "currency": "USD", "price": row["cents"], "quantity": row["units"], "order_id": f"{row['session_id']}-{row['brand']}",
            "line_id": "1", "status": "paid", "platform_discount_total": 0, "seller_voucher_total": 0, "platform_voucher_total": 0,
        }  # fmt: skip
