"""Is the invented evening what it says? Same seed same bytes, good events, honest sellers honest, planted losses planted."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from app.domain.days import SEALED_DAY_SCHEMA
from app.domain.snapshot import CATALOGUE_SCHEMA, COSTS_SCHEMA, SELLERS_SCHEMA
from app.domain.time import MINUTE_US, PANE_US, pane_of
from app.intake.contract import ADAPTER
from app.training.evening.build import Evening, Plan, build_evening
from app.training.evening.history import DAYS, day_of
from app.training.evening.write import EveningFiles, write_evening
from app.training.truth import Ledger, Line, ledgers, micros

DAY = date(2026, 10, 20)
RANK = ("NONE", "INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL")


@pytest.fixture(scope="module")
def evening() -> Evening:
    return build_evening(Plan(seed=7, day=DAY, sessions=24, prevalence=0.34))


@pytest.fixture(scope="module")
def clean(evening: Evening) -> list[dict]:
    """The events without their second copies, in order of occurrence."""
    by_id = {e["event_id"]: e for e in evening.arrivals.events}
    return sorted(by_id.values(), key=lambda e: (e["occurred_at"], e["event_id"]))


def files_of(folder: Path, seed: int) -> EveningFiles:
    return write_evening(folder, seed=seed, day=DAY, sessions=6, hours=2.5)


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    files_of(tmp_path / "a", 3)
    files_of(tmp_path / "b", 3)
    files_of(tmp_path / "c", 4)
    names = sorted(p.name for p in (tmp_path / "a").iterdir())
    assert len(names) == 8
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
    assert (tmp_path / "a" / "events.ndjson").read_bytes() != (tmp_path / "c" / "events.ndjson").read_bytes()


def test_every_event_keeps_the_contract(evening: Evening) -> None:
    for event in evening.arrivals.events:
        read = ADAPTER.validate_python(event)
        assert not read.model_extra, (event["event_id"], read.model_extra)


def test_a_second_copy_has_the_same_content(evening: Evening) -> None:
    contents: dict[str, set[str]] = {}
    for event in evening.arrivals.events:
        contents.setdefault(event["event_id"], set()).add(json.dumps({k: v for k, v in event.items() if k != "received_at"}))
    assert {len(found) for found in contents.values()} == {1}
    share = evening.arrivals.duplicates / len(contents)
    assert 0.015 < share < 0.025
    assert len(evening.arrivals.events) == len(contents) + evening.arrivals.duplicates


def test_nobody_is_late_though_some_are_out_of_order(evening: Evening) -> None:
    highest, behind = 0, 0
    for event in evening.arrivals.events:
        at, received = micros(event["occurred_at"]), micros(event["received_at"])
        assert at >= highest - 50_000_000
        assert at <= received
        behind += at < highest - 5_000_000
        highest = max(highest, at)
    assert behind > 0.005 * len(evening.arrivals.events)


def test_the_evening_lies_between_seven_and_eleven(clean: list[dict]) -> None:
    assert clean[0]["occurred_at"] >= "2026-10-20T19:00:00.000+07:00"
    assert clean[-1]["occurred_at"] <= "2026-10-20T23:00:00.000+07:00"


def test_a_price_in_force_is_never_older_than_five_minutes(clean: list[dict]) -> None:
    prices: dict[tuple, list[dict]] = {}
    for event in clean:
        if event["type"] == "price":
            prices.setdefault((event["session_id"], event["seller_id"], event["product_id"]), []).append(event)
    for rows in prices.values():
        moments = [micros(r["occurred_at"]) for r in rows]
        assert max((b - a for a, b in pairwise(moments)), default=0) <= 5 * MINUTE_US
    repeats = [e["event_id"] for e in clean if "~" in e["event_id"]]
    known = {e["event_id"] for e in clean}
    assert repeats
    assert all(r.rpartition("~")[0] in known for r in repeats)


def test_a_sale_is_made_at_the_price_in_force(clean: list[dict]) -> None:
    force: dict[tuple, dict] = {}
    for event in clean:
        pair = (event["session_id"], event.get("seller_id"), event.get("product_id"))
        if event["type"] == "price":
            force[pair] = event
        elif event["type"] == "sale":
            shown = force[pair]
            assert shown.get("offered", True)
            if event["occurred_at"] != shown["occurred_at"]:
                assert event["price"] == shown["price"]


def test_changes_name_a_sale_of_the_last_hour(clean: list[dict]) -> None:
    sales = {e["order_id"]: e for e in clean if e["type"] == "sale"}
    changes = [e for e in clean if e["type"] == "sale_changed"]
    assert changes
    for change in changes:
        sale = sales[change["order_id"]]
        assert change["sold_at"] == sale["occurred_at"]
        assert (change["price"], change["quantity"]) == (sale["price"], sale["quantity"])
        assert MINUTE_US < micros(change["occurred_at"]) - micros(change["sold_at"]) < 60 * MINUTE_US


def minute_sums(ledger: Ledger, end: int) -> tuple[int, int]:
    """Units and value of the minute that ends with a pane, counted the slow way. No change is young enough to matter."""
    inside: list[Line] = [line for line in ledger.lines if end - 5 <= line.pane <= end]
    return sum(line.units for line in inside), sum(line.value for line in inside)


def test_the_truth_agrees_with_counting_every_window(evening: Evening) -> None:
    found = ledgers(evening.arrivals.events)
    assert len(found) == len(evening.truth)
    for row in evening.truth:
        ledger = found[row["session_id"], row["seller_id"], row["product_id"]]
        panes = [line.pane for line in ledger.lines]
        sums = [minute_sums(ledger, end) for end in range(min(panes, default=0), max(panes, default=-6) + 6)]
        below = [value < row["cost"] * units for units, value in sums if units]
        assert (row["windows"], row["windows_below"], row["below_cost"]) == (len(below), sum(below), any(below))


def test_who_is_below_cost_and_who_is_not(evening: Evening) -> None:
    kinds = Counter(row["kind"] for row in evening.truth)
    assert {"loss_documented", "loss_declared", "loss_size_unknown", "loss_labelled", "loss_short"} <= set(kinds)
    assert {"flash_sale", "clearance", "low_cost", "micro_below_cost", "platform_funded"} <= set(kinds)
    honest = [row for row in evening.truth if row["kind"] in ("ordinary", "low_cost", "platform_funded")]
    assert not any(row["below_cost"] for row in honest)
    assert len(honest) > 0.9 * len(evening.truth)
    assert all(row["below_cost"] for row in evening.truth if row["planted"])
    assert all(RANK.index(row["expected_min_severity"]) <= RANK.index(row["expected_max_severity"]) for row in evening.truth)


def test_a_lasting_loss_lasts_six_aligned_windows(evening: Evening) -> None:
    found = ledgers(evening.arrivals.events)
    panes = 5 * MINUTE_US // PANE_US
    for row in evening.truth:
        if row["kind"] in ("loss_documented", "loss_declared", "loss_size_unknown", "loss_labelled", "micro_below_cost"):
            five: dict[int, list[int]] = {}
            for line in found[row["session_id"], row["seller_id"], row["product_id"]].lines:
                sums = five.setdefault(line.pane // panes, [0, 0])
                sums[0] += line.units
                sums[1] += line.value
            assert sum(value < row["cost"] * units for units, value in five.values()) >= 6, row


def test_the_flash_sale_is_as_deep_as_its_twin_and_measured(evening: Evening, clean: list[dict]) -> None:
    flash = next(row for row in evening.truth if row["kind"] == "flash_sale")
    twin = next(row for row in evening.truth if f"{row['session_id']}/{row['product_id']}" == flash["twin_of"])
    assert twin["kind"] == "loss_documented"
    assert abs(flash["depth"] - twin["depth"]) < 0.01
    mine = [e for e in clean if e.get("product_id") == flash["product_id"] and e["session_id"] == flash["session_id"]]
    facts = next(e for e in mine if e.get("promotion_kind") == "flash_sale")
    start, end = micros(facts["promotion_starts_at"]), micros(facts["promotion_ends_at"])
    assert end - start == 20 * MINUTE_US
    assert micros(facts["promotion_announced_at"]) < start
    units = sum(e["quantity"] for e in mine if e["type"] == "sale" and start <= micros(e["occurred_at"]) < end)
    assert 20 <= units <= facts["promotion_quota"]
    month = evening.history.filter(seller_id=flash["seller_id"])["units_milli"].sum() / 1000
    assert units <= 0.1 * month


def test_the_clearance_has_stock_for_years_and_it_falls(evening: Evening, clean: list[dict]) -> None:
    row = next(r for r in evening.truth if r["kind"] == "clearance")
    stock = [e["stock"] for e in clean if e["type"] == "price" and "~" not in e["event_id"] and e["product_id"] == row["product_id"]]
    pace = evening.history.filter(product_id=row["product_id"])["units_milli"].sum() / 1000 / DAYS
    assert stock == sorted(stock, reverse=True)
    assert stock[-1] < stock[0]
    assert stock[0] > 180 * pace
    # at every moment of the clearance the stock said last explains what the live has sold (no re-order)
    said, sold, below = 0, 0, 0
    for event in clean:
        if event.get("product_id") == row["product_id"] and event["session_id"] == row["session_id"]:
            said = event.get("stock", said)
            sold += event["quantity"] * {"sale": 1, "sale_changed": -1}.get(event["type"], 0) if event["type"] != "price" else 0
            below += event.get("promotion_kind") == "clearance"
            assert not below or stock[0] - said >= sold
    assert below


def test_papers_exist_where_the_part_needs_them(evening: Evening) -> None:
    papers = {(r["seller_id"], r["product_id"]): r["cost_lo"] for r in evening.costs.iter_rows(named=True)}
    sizes = {r["seller_id"]: r for r in evening.sellers.iter_rows(named=True)}
    for row in evening.truth:
        paper = papers.get((row["seller_id"], row["product_id"]))
        if row["kind"] in ("loss_documented", "loss_short", "loss_labelled", "flash_sale", "micro_below_cost", "loss_size_unknown"):
            assert paper == row["cost"]
        if row["kind"] == "loss_declared":
            assert paper is None
    kinds = {row["kind"]: sizes[row["seller_id"]] for row in evening.truth if row["kind"] != "ordinary"}
    assert (kinds["loss_documented"]["size_class"], kinds["loss_documented"]["role"]) == ("large", "producer")
    assert (kinds["loss_size_unknown"]["size_class"], kinds["loss_size_unknown"]["size_status"]) == (None, "unknown")
    assert (kinds["micro_below_cost"]["size_class"], kinds["micro_below_cost"]["owner_size_class"]) == ("micro", "micro")


def test_some_fields_are_missing_for_some_sellers(clean: list[dict]) -> None:
    prices = [e for e in clean if e["type"] == "price"]
    by_seller = {e["seller_id"]: "seller_voucher" in e for e in prices}
    claims = {e["seller_id"]: "unit_cost" in e for e in prices}
    assert 0.6 < sum(by_seller.values()) / len(by_seller) < 1
    assert 0.1 < sum(claims.values()) / len(claims) < 0.6


def test_an_affiliate_sells_for_several_shops(clean: list[dict]) -> None:
    shops: dict[str, set[str]] = {}
    for event in clean:
        if event["type"] == "price":
            shops.setdefault(event["session_id"], set()).add(event["seller_id"])
    affiliates = {e["session_id"] for e in clean if e.get("host_kind") == "affiliate"}
    assert affiliates
    assert all(len(shops[s]) >= 4 for s in affiliates)


def test_the_history_belongs_to_the_same_market(evening: Evening) -> None:
    history = evening.history
    assert list(history.columns) == list(SEALED_DAY_SCHEMA)
    assert all(history.schema[c] == t for c, t in SEALED_DAY_SCHEMA.items())
    today = day_of(DAY)
    assert (history["day"].min(), history["day"].max()) == (today - DAYS, today - 1)
    assert history.select("product_id", "day").is_duplicated().sum() == 0
    products = {p.product_id: p for s in evening.market.sellers for p in s.products}
    assert set(history["product_id"]) <= set(products)
    for row in history.iter_rows(named=True):
        product = products[row["product_id"]]
        assert product.cost < row["low"] <= row["high"]
        assert row["low"] * row["units_milli"] <= row["value_s"] <= row["high"] * row["units_milli"]
        assert row["key"] == f"pasar-live:{product.category.category_id}"


def test_reference_tables_have_the_snapshot_columns(tmp_path: Path) -> None:
    files = files_of(tmp_path, 5)
    for path, schema in ((files.sellers, SELLERS_SCHEMA), (files.costs, COSTS_SCHEMA), (files.catalogue, CATALOGUE_SCHEMA)):
        frame = pl.read_csv(path, schema=schema)
        assert frame.height > 0
        assert frame["platform"].unique().to_list() == ["pasar-live"]
    assert files.event_count == len(files.events.read_text().splitlines())
    assert files.pair_count == sum(files.kinds.values())


def test_a_benign_evening_plants_nothing() -> None:
    plan = Plan(seed=101, day=DAY, sessions=8, prevalence=0.0, hours=2.5)
    benign = build_evening(plan)
    assert {row["kind"] for row in benign.truth} == {"ordinary"}
    assert not any(row["below_cost"] for row in benign.truth)
    sibling = build_evening(replace(plan, seed=102, market_seed=101))
    assert sibling.market == benign.market
    assert {e["event_id"] for e in sibling.arrivals.events}.isdisjoint({e["event_id"] for e in benign.arrivals.events})


def test_without_repeats_only_they_are_missing() -> None:
    plan = Plan(seed=9, day=DAY, sessions=3, hours=2.5, duplicates=0.0, slow=0.0)
    with_them, without = build_evening(plan), build_evening(replace(plan, repeat=False))
    names = {e["event_id"] for e in with_them.arrivals.events}
    assert {n for n in names if "~" not in n} == {e["event_id"] for e in without.arrivals.events}


@pytest.mark.parametrize("wrong", [{"sessions": 0}, {"prevalence": 1.5}, {"hours": 1.0}])
def test_a_plan_that_cannot_be_kept_is_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match="an evening has"):
        build_evening(Plan(seed=1, **wrong))


def test_campaign_days_cut_prices_but_stay_honest() -> None:
    ordinary, campaign = (build_evening(Plan(seed=5, day=d, sessions=3, prevalence=0, hours=2.5)) for d in (DAY, date(2026, 11, 11)))
    assert any(e.get("promotion_kind") == "campaign" for e in campaign.arrivals.events)
    assert not any(e.get("promotion_kind") == "campaign" for e in ordinary.arrivals.events)
    assert not any(row["below_cost"] for row in campaign.truth)
    assert pane_of(micros(campaign.arrivals.events[0]["occurred_at"])) > pane_of(micros(ordinary.arrivals.events[0]["occurred_at"]))
