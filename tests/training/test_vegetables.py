"""Do the shop's price levels become sales in which nothing of the cost shows? Needs KAWAL_REFERENCE_DATA, which the skip says."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.training.evaluate.sets.vegetables import FOLDER, price_levels, vegetables

REFERENCE = os.environ.get("KAWAL_REFERENCE_DATA")
pytestmark = pytest.mark.skipif(REFERENCE is None, reason="KAWAL_REFERENCE_DATA is not set: vegetables/ lies outside the repo")
FIRST, LAST = date(2022, 7, 1), date(2022, 7, 12)


def test_levels_are_sales_in_time_order_without_a_cost() -> None:
    events, truth = price_levels(Path(REFERENCE or "") / FOLDER, FIRST, LAST)
    made = list(events)
    sales = [e for e in made if e["type"] == "sale"]
    assert [e["occurred_at"] for e in made] == sorted(e["occurred_at"] for e in made)
    assert {(e["session_id"], e["product_id"]) for e in sales} == set(truth.select("session_id", "product_id").rows())
    assert not [key for e in sales for key in e if "cost" in key]
    assert all(e["price"] <= e["list_price"] for e in sales)
    highest = {(e["session_id"], e["product_id"]): e["list_price"] for e in sales}
    assert all(
        max(e["price"] for e in sales if (e["session_id"], e["product_id"]) == pair) == top for pair, top in list(highest.items())[:40]
    )


def test_the_set_judges_every_pair_of_the_later_days() -> None:
    cut = FIRST + timedelta(days=6)
    given = vegetables(Path(REFERENCE or ""), first=FIRST, fit_until=cut, last=LAST)
    judged = given.figures.select("session_id", "product_id").unique()
    assert set(judged.rows()) == set(given.truth.select("session_id", "product_id").rows())
    later = given.figures.filter(given.figures["end_us"] > given.fit_until_us)
    assert set(later["session_id"].unique()) == {f"levels-{cut + timedelta(days=d)}" for d in range(1, 6)}
    assert later["own_median_ps"].null_count() < later.height
