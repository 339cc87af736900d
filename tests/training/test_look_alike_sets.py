"""Real lawful promotions become events that the door takes; where the reference data is not set, that is said (issue: false alarms)."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from app.training.bulk import rows_of
from app.training.evaluate.alarms import false_alarms
from app.training.evaluate.sets import promotions, shopee

REFERENCE = os.environ.get("KAWAL_REFERENCE_DATA")
needs_reference = pytest.mark.skipif(
    REFERENCE is None, reason="KAWAL_REFERENCE_DATA is not set: promotions/ and shopee_vn/ lie outside the repo"
)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """Two store-weeks and three ticks in the files' own columns."""
    (tmp_path / "promotions").mkdir()
    (tmp_path / "shopee_vn").mkdir()
    weeks = {
        "week_end_date": [date(2010, 1, 6)] * 3,
        "store_id": ["7", "7", "7"],
        "upc_id": ["1", "2", "3"],
        "units": [4, 0, 2],
        "price": [1.25, 2.0, 3.0],
        "base_price": [1.5, 2.0, float("nan")],
        "feature": [1, 0, 0],
        "display": [0, 0, 0],
        "tpr_only": [0, 0, 0],
    }
    pl.DataFrame(weeks).write_parquet(tmp_path / promotions.FILE)
    head = "ts,itemid,price_vnd,list_price_vnd,discount,stock,sold,item_status\n"
    ticks = "2022-01-01T01:00:00.000000,5,50000,65000,,9,100,normal\n2022-01-01T01:30:00.000000,5,40000,65000,,7,102,normal\n"
    (tmp_path / shopee.FILE).write_text(head + ticks + "2022-01-01T02:00:00.000000,5,0,0,,0,102,banned\n")
    return tmp_path


def test_a_store_week_is_a_price_and_a_sale_with_its_label(made: Path) -> None:
    rows = rows_of(promotions.events_of(promotions.store_weeks(made, 1)), promotions.PLATFORM)
    told = rows.filter(pl.col("type") == "price").select("product_id", "price", "list_price", "promotion_kind").sort("product_id")
    assert told.rows() == [("upc-1", 125, 150, "campaign"), ("upc-3", 300, None, None)]  # nothing sold: no row of it
    assert rows.filter(pl.col("type") == "sale")["quantity_milli"].sort().to_list() == [2000, 4000]


def test_a_rise_of_the_counter_is_a_sale_at_the_price_before(made: Path) -> None:
    rows = rows_of(shopee.events_of(shopee.price_ticks(made)), shopee.PLATFORM)
    sale = rows.filter(pl.col("type") == "sale").select("price", "quantity_milli", "session_id").rows()
    assert sale == [(50_000, 2000, "hari-2022-01-01")]
    assert rows.filter(pl.col("type") == "price")["price"].to_list() == [50_000, 40_000]


def test_sets_without_a_cost_hold_no_loss(made: Path) -> None:
    for given in (promotions.promotions(made, every=1), shopee.shopee(made)):
        assert given.truth.height > 0
        assert not given.truth["loss"].any()
        assert given.figures.height > 0


@needs_reference
@pytest.mark.slow
def test_false_alarms_are_counted_over_posted_events() -> None:
    assert REFERENCE is not None
    rows = false_alarms(Path(REFERENCE), None, quick=True)
    assert [row["set"] for row in rows] == ["promotions", "shopee"]
    assert all(row["events"] > 1000 for row in rows)
    assert all(row["medium_or_more"] == 0 for row in rows)  # no cost, no rivals, no model: nothing can be said
