"""A3. A legal rule compares matched products only; under three rivals there is insufficient data; the owner group is one rival."""

from __future__ import annotations

from typing import Any

import pytest

from tests.windows.rows import price, sale
from tests.worker.line import LARGE, Closings, close, context, cost, snapshot

DAY = 20_614
"""Two days before the evening: readable whatever the hour (C5)."""


def sold(seller: str, product: str, paid: int, **fields: Any) -> dict[str, Any]:
    row = {"platform": "p", "seller_id": seller, "product_id": product, "key": "p:c", "category_id": "c", "currency": "IDR", "day": DAY}
    value = paid * 1000
    sums = {"units_milli": 1000, "value_s": value, "value_b": value, "units_b": 1000, "below_units": 0}
    return row | sums | {"clean_units": 1000, "clean_value_s": value} | fields


def goods(product: str, group: str | None, score: float = 1.0) -> dict[str, Any]:
    return {"platform": "p", "product_id": product, "match_group": group, "match_score": score}


def evening(days: list[dict[str, Any]], catalogue: list[dict[str, Any]], *owners: tuple[str, str], new: bool = False) -> Closings:
    """A plain shirt sold at 40,000 (cost 20,000, so never a loss) beside what others took the day before."""
    shown = {"platform_discount": 0, "seller_voucher": 0, "platform_voucher": 0}
    known = {"a": LARGE} | {s: {"platform": "p", "seller_id": s, "owner_group": g, "size_status": "unknown"} for s, g in owners}
    sellers = list(known.values())
    by = context(snapshot([cost(lo=20_000)], sellers, catalogue), days=[*days, *([] if new else [sold("a", "x", 60_000)])])
    return close([price(1, 40_000, **shown), sale(5, 40_000)], 3, by=by)


def level(told: Closings) -> int:
    return int(told.at(0)["legal_now"])


BRANDED = [sold(s, "licensed", 150_000) for s in "bcd"]
SAME = [sold(s, f"plain-{s}", 60_000) for s in "bcd"]
MATCHED = [goods("x", "plain"), *(goods(f"plain-{s}", "plain") for s in "bcd")]


def test_a_plain_shirt_is_never_compared_with_a_licensed_brand() -> None:
    """[The category's median is 150,000: by it every honest plain shirt would be L2.]"""
    told = evening(BRANDED, [goods("x", "plain"), goods("licensed", "brand")])
    assert level(told) == 0
    assert told.finals["level"].max() == 0
    naive = evening(BRANDED, [goods("x", "shirts"), goods("licensed", "shirts")])
    assert level(naive) == 2, "one match group over the whole category is the naive comparison"


def test_three_matched_rivals_make_a_very_low_price_l2() -> None:
    told = evening(SAME, MATCHED)
    assert level(told) == 2
    assert "R06" in told.told[0].judgement.rules


@pytest.mark.parametrize("rivals", [0, 1, 2])
def test_under_three_rivals_the_rule_says_insufficient_data(rivals: int) -> None:
    told = evening(SAME[:rivals], MATCHED)
    assert level(told) == 0
    loud = close(
        [sale(5, 40_000, platform_discount_total=0, seller_voucher_total=0, platform_voucher_total=0)], 3, by=context(days=SAME[:rivals])
    )
    answer = next(t for t in loud.told[0].judgement.tests if t.rule == "R06")
    assert (str(answer.status), "three rivals" in answer.why.en) == ("insufficient data", True)


def test_a_match_under_nine_tenths_is_no_match() -> None:
    assert level(evening(SAME, [*MATCHED[:3], goods("plain-d", "plain", 0.89)])) == 0
    assert level(evening(SAME, [*MATCHED[:3], goods("plain-d", "plain", 0.9)])) == 2


def test_three_shops_of_one_owner_are_one_rival() -> None:
    """[Three sock puppets would make the market that their victim undercuts.]"""
    assert level(evening(SAME, MATCHED, ("b", "g"), ("c", "g"), ("d", "g"))) == 0


def test_leaving_the_seller_out_means_its_whole_group() -> None:
    """[A second shop of the same owner would be the rival that proves the low price.]"""
    assert level(evening(SAME, MATCHED, ("d", "own"), ("a", "own"))) == 0, "two rivals are left"


def test_a_category_median_feeds_no_rule() -> None:
    told = evening([sold(s, f"other-{s}", 150_000) for s in "bcdef"], [])
    assert level(told) == 0


def test_a_product_without_a_past_of_its_own_has_rivals_all_the_same() -> None:
    """[A shop that puts its dumped goods on sale for the first time would never be compared with anyone.]"""
    assert level(evening(SAME, MATCHED, new=True)) == 2
