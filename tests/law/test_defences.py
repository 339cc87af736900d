"""A label opens a defence, only measured facts make it hold, unknown never clears (E3)."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.time import DAY_US, HOUR_US, MINUTE_US
from tests.law.cases import EVENING_US, facts, judged, loss, status

FRESH: dict[str, Any] = {"shelf_life_days": 3, "shelf_life_source": "analyst a1"}
FLASH: dict[str, Any] = {
    "promotion_kind": "flash_sale", "promotion_id": "f1", "promotion_quota": 50,
    "promotion_starts_us": EVENING_US - 20 * MINUTE_US, "promotion_ends_us": EVENING_US, "promotion_announced_us": EVENING_US - HOUR_US,
    "first_below_us": EVENING_US - 19 * MINUTE_US, "last_below_us": EVENING_US, "seller_units_28d": 1_000_000, "below_days_28d": 0,
}  # fmt: skip
CLEARANCE: dict[str, Any] = {"promotion_kind": "clearance", "stock_first": 2000, "stock_last": 1980, "mean_daily_units": 10_000}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "unknown"),  # no earlier price, no list price
        ({"fair_price_session": 53_000}, "holds"),
        ({"fair_price_session": 45_000}, "fails"),  # the lowest price is not lower than it
        ({"fair_price_7d": 53_000, "units_7d": 9000}, "holds"),
        ({"fair_price_7d": 52_999, "units_7d": 9000}, "fails"),  # never at or above cost
        ({"fair_price_7d": None, "units_7d": 9000}, "unknown"),
        ({"list_price": 56_250}, "holds"),  # 45,000 is exactly 80 %
        ({"list_price": 56_249}, "unknown"),
        ({"list_price": 90_000, "units_7d": 9000, "fair_price_7d": 50_000}, "fails"),  # sold before: a list price may not stand in
        ({"fair_price_session": 60_000, "below_units_7d": 5000, "units_7d": 10_000, "sale_days_7d": 7}, "holds"),  # exactly half
        ({"fair_price_session": 60_000, "below_units_7d": 5001, "units_7d": 10_000, "sale_days_7d": 4}, "fails"),
        ({"fair_price_session": 60_000, "below_units_7d": 9999, "units_7d": 10_000, "sale_days_7d": 3}, "holds"),  # three days tell nothing
        ({"fair_price_session": 60_000, "shelf_life_days": 7}, "holds"),
        ({"fair_price_session": 60_000, "shelf_life_days": 8}, "fails"),
        ({"fair_price_session": 60_000, "shelf_life_days": None, "promotion_kind": "clearance"}, "unknown"),  # a label is no shelf life
    ],
)
def test_d2_perishable(changes: dict[str, Any], expected: str) -> None:
    assert status(judged(loss(**FRESH | changes)), "D2") == expected


def test_d2_names_the_stand_in() -> None:
    d2 = judged(loss(**FRESH, list_price=60_000)).defences[0]
    assert (d2.opened_by, d2.evidence["basis"]) == ("catalogue", "list price stands in: no earlier sale")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "holds"),
        ({"promotion_kind": None}, "unknown"),  # nobody opened it
        ({"stock_first": 1800}, "fails"),  # exactly 180 days
        ({"stock_last": 2000}, "fails"),
        ({"stock_last": 1989}, "fails"),  # 12 sold, 11 gone: filled up again
        ({"stock_last": 1988}, "holds"),
        ({"stock_last": 1991, "fresh_units": 3000}, "holds"),  # the stock shown is older than the last three units
        ({"stock_last": 1992, "fresh_units": 3000}, "fails"),
        ({"stock_last": 2000, "fresh_units": 12_000}, "fails"),  # never seen to fall
        ({"mean_daily_units": None}, "unknown"),
        ({"stock_first": None}, "unknown"),
    ],
)
def test_d3_clearance(changes: dict[str, Any], expected: str) -> None:
    assert status(judged(loss(**CLEARANCE | changes)), "D3") == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "holds"),
        ({"promotion_kind": None}, "unknown"),
        ({"promotion_announced_us": None}, "unknown"),
        ({"promotion_announced_us": EVENING_US}, "fails"),  # told after it began
        ({"promotion_starts_us": EVENING_US - 3 * DAY_US, "promotion_announced_us": EVENING_US - 4 * DAY_US}, "holds"),
        ({"promotion_starts_us": EVENING_US - 3 * DAY_US - 1, "promotion_announced_us": EVENING_US - 4 * DAY_US}, "fails"),
        ({"first_below_us": EVENING_US - 20 * MINUTE_US}, "fails"),  # cheap before it began
        ({"last_below_us": EVENING_US + MINUTE_US - 1}, "holds"),  # the last minute still shows the promotion
        ({"last_below_us": EVENING_US + MINUTE_US}, "fails"),
        ({"promotion_quota": 12}, "holds"),
        ({"promotion_quota": 11}, "fails"),
        ({"promotion_quota": None}, "unknown"),
        ({"seller_units_28d": 120_000}, "holds"),
        ({"seller_units_28d": 119_999}, "fails"),
        ({"seller_units_28d": None}, "unknown"),
        ({"below_days_28d": 2}, "holds"),  # today is the third
        ({"below_days_28d": 3}, "fails"),
        ({"below_units_session": None}, "unknown"),
    ],
)
def test_d6_short_promotion(changes: dict[str, Any], expected: str) -> None:
    assert status(judged(loss(**FLASH | changes)), "D6") == expected


MET: dict[str, Any] = {"rivals": 3, "rivals_median_pb": 45_000.0, "below_days_28d": 0}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "holds"),  # exactly the rivals' median
        ({"rivals_median_pb": 45_000.001}, "fails"),  # undercut by a thousandth
        ({"rivals_median_pb": 40_000.0}, "holds"),
        ({"rivals": 2}, "unknown"),
        ({"rivals": None, "rivals_median_pb": None}, "unknown"),
        ({"below_days_28d": 1}, "unknown"),  # who followed whom is not told
        ({"below_days_28d": None}, "unknown"),
        ({"cheapest_units_b": 11_999}, "unknown"),  # one unit's price for the buyer is not known
        ({"promotion_kind": "campaign"}, "holds"),  # no label opens it and none shuts it
    ],
)
def test_d5_meeting_competition(changes: dict[str, Any], expected: str) -> None:
    assert status(judged(loss(**MET | changes)), "D5") == expected


def test_d5_lowers_a_lasting_loss_to_the_watch_list() -> None:
    assert judged(loss(windows=6, **MET)).severity.name == "LOW"
    assert judged(loss(windows=6, **MET | {"below_days_28d": 1})).severity.name == "HIGH"


MONEY: dict[str, Any] = {
    "level": 1, "cum_units": 3000, "cheapest_value_b": 135_000_000, "cheapest_units_b": 3000,
    "cheapest_value_s": 165_000_000, "cheapest_units": 3000,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "holds"),
        ({"funding_known": False}, "unknown"),
        ({"cheapest_units_b": 2000}, "unknown"),  # some units' funding is not known
        ({"cheapest_value_s": 159_000_000}, "holds"),  # exactly at cost
        ({"cheapest_value_s": 158_999_999}, "fails"),
        ({"cheapest_value_b": 159_000_000}, "fails"),  # the buyer's price is not low
        ({"cost_hi": 60_000}, "unknown"),  # inside the interval
        ({"cost_tier": "T4", "cost_lo": None, "cost_hi": None}, "unknown"),
        ({"cost_lo": None, "cost_hi": None, "cost_tier": "T4", "legal_level": 2, "rivals": 3, "rivals_median_pb": 57_000.0}, "holds"),
        ({"legal_level": 2, "rivals": 3, "rivals_median_pb": 60_000.0}, "fails"),  # the seller's own price is very low too
        ({"legal_level": 4, "lowest_value_s": 52_000_000, "lowest_units": 1000}, "fails"),  # it sold at a loss in another minute
    ],
)
def test_d7_platform_funded(changes: dict[str, Any], expected: str) -> None:
    assert status(judged(facts(**MONEY | changes)), "D7") == expected


SLIP: dict[str, Any] = {
    "price": 100, "own_median_ps": 50_000.0, "first_below_us": EVENING_US - 20 * MINUTE_US, "last_below_us": EVENING_US - 5 * MINUTE_US,
    "force_ps": 50_000,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "holds"),
        ({"price": 10_000}, "fails"),  # exactly 20 %
        ({"price": 9_999}, "holds"),
        ({"own_median_ps": None, "reference": 50_000.0}, "holds"),
        ({"own_median_ps": None}, "unknown"),
        ({"promotion_kind": "flash_sale"}, "fails"),  # an announced price is no slip
        ({"force_ps": 100}, "unknown"),  # not corrected yet, but there is time
        ({"force_ps": None, "last_force_ps": 50_000}, "holds"),  # the session has ended, the correction stands
        ({"force_ps": None, "last_force_ps": 100}, "unknown"),  # it ended uncorrected
        ({"force_ps": 100, "last_force_ps": 50_000}, "unknown"),  # what is in force now is what counts
        ({"force_ps": 100, "first_below_us": EVENING_US - 31 * MINUTE_US, "last_below_us": EVENING_US - 5 * MINUTE_US}, "fails"),
        ({"first_below_us": EVENING_US - 36 * MINUTE_US}, "fails"),
        ({"first_below_us": EVENING_US - 36 * MINUTE_US, "below_units_session": 0}, "holds"),  # every order was cancelled
    ],
)
def test_d9_price_error(changes: dict[str, Any], expected: str) -> None:
    assert status(judged(loss(**SLIP | changes)), "D9") == expected


@pytest.mark.parametrize("label", ["clearance", "flash_sale", "overstock", "seasonal"])
def test_a_label_alone_clears_nobody(label: str) -> None:
    judgement = judged(loss(windows=6, promotion_kind=label))
    assert judgement.severity.name == "HIGH"
    assert "holds" not in [d.status for d in judgement.defences]
