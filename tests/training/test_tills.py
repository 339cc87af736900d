"""Do the till events say what the tills said? Every tick once, no remainder lost, returns as returns, the truth as known."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from app.domain.snapshot import CATALOGUE_SCHEMA, COSTS_SCHEMA
from app.domain.time import day_number
from app.intake.contract import ADAPTER
from app.training.till_files import TillFiles, write_tills
from app.training.till_tables import day_costs
from app.training.tills import CHINA_US, SOURCE, TICKS, Tick, exact, read_categories, read_ticks, till_events
from app.training.truth import micros


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> TillFiles:
    return write_tills(tmp_path_factory.mktemp("tills"))


def rows_of(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_tick_is_one_sale(files: TillFiles) -> None:
    events = rows_of(files.events)
    with (SOURCE / TICKS).open(encoding="utf-8") as file:
        source = list(csv.DictReader(file))
    sales = [e for e in events if e["type"] == "sale"]
    assert len(sales) == len(source) == files.tick_count == 5342
    assert len(events) == files.event_count == 5342 + 2 * 8
    assert sum(round(e["quantity"] * 1000) for e in sales) == sum(exact(r["qty_kg"], 1000) for r in source)
    assert sum(e["price"] for e in sales) == sum(exact(r["unit_price"], 100) for r in source)


def test_every_event_keeps_the_contract(files: TillFiles) -> None:
    for event in rows_of(files.events):
        assert not ADAPTER.validate_python(event).model_extra


def test_the_truth_is_the_known_one(files: TillFiles) -> None:
    truth = rows_of(files.truth)
    assert (len(truth), files.below_count) == (329, 69)
    assert sum(row["below_cost"] for row in truth) == 69
    assert {row["expected_max_severity"] for row in truth} == {"LOW"}


def test_jakarta_and_the_tills_agree_on_the_day(files: TillFiles) -> None:
    moments = [micros(e["occurred_at"]) for e in rows_of(files.events)]
    assert [day_number(m) for m in moments] == [day_number(m, CHINA_US) for m in moments]


def test_costs_hold_for_their_day(files: TillFiles) -> None:
    costs = pl.read_csv(files.costs, schema=COSTS_SCHEMA)
    assert costs.height == 329
    assert (costs["cost_lo"] == costs["cost_hi"]).all()
    found = {(r["product_id"], day_number(r["valid_from_us"], CHINA_US)): r for r in costs.iter_rows(named=True)}
    for event in rows_of(files.events):
        if event["type"] == "sale":
            at = micros(event["occurred_at"])
            row = found[event["product_id"], day_number(at, CHINA_US)]
            assert row["valid_from_us"] <= at < row["valid_to_us"]


def test_the_catalogue_says_fresh(files: TillFiles) -> None:
    catalogue = pl.read_csv(files.catalogue, schema=CATALOGUE_SCHEMA)
    assert catalogue.filter(pl.col("product_id").is_null()).height == 6
    assert catalogue["shelf_life_days"].max() == 3
    assert catalogue["shelf_life_source"].null_count() == 0


def test_returns_name_the_sale_before_them() -> None:
    ticks, categories = read_ticks()[:1], read_categories()
    sale = ticks[0]
    back = replace(sale, line=9001, time="20:00:00.000", milli=-sale.milli)
    nothing = replace(sale, line=9002, time="20:01:00.000", milli=0)
    stranger: Tick = replace(back, line=9003, item=next(i for i in categories if i != sale.item))
    events = list(till_events([sale, back, nothing, stranger], categories))
    assert [e["type"] for e in events] == ["session_started", "sale", "sale_changed", "session_ended"]
    assert (events[2]["sold_at"], events[2]["order_id"], events[2]["status"]) == (sale.at, events[1]["order_id"], "returned")
    assert events[2]["quantity"] == events[1]["quantity"]
    assert not ADAPTER.validate_python(events[2]).model_extra


def test_a_lost_remainder_is_refused() -> None:
    with pytest.raises(ValueError, match="more decimals"):
        exact("1.005", 100)


def test_two_costs_on_one_day_are_refused() -> None:
    tick = read_ticks()[0]
    with pytest.raises(ValueError, match="two wholesale costs"):
        day_costs([tick, replace(tick, cost=tick.cost + 1)])
