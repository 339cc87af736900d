"""The law's known cases: Conch, flash sale, evening clearance, small sellers, platform money, the Rp100 perfume (B7.4)."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.levels import Severity
from app.domain.time import HOUR_US, MINUTE_US
from app.law.price_cost import legal_levels
from tests.law.cases import BOOK, COST, EVENING_US, facts, figures, judged, loss, status

BAG: dict[str, Any] = {"w1_units": 3000, "w1_value_s": 3000 * 45_000}


def test_45000_against_a_documented_53000_is_a_documented_loss() -> None:
    assert legal_levels(figures(BAG | COST), BOOK)["legal_now"].to_list() == [4]


def test_58000_against_rivals_of_60000_to_65000() -> None:
    """3.3 % under the cheapest rival is 7.2 % under their median: KPPU's second limb."""
    rivals = {"rivals": 4, "rivals_median_pb": 62_500.0, "w1_units_b": 3000}
    out = legal_levels(figures(rivals | {"w1_value_b": 3000 * 58_000}, rivals | {"w1_value_b": 3000 * 60_000}), BOOK)
    assert out["legal_now"].to_list() == [2, 0]
    conch = facts(level=2, legal_level=2, l2_days=1461, structure=True, rival_gone=True)
    assert judged(conch).severity is Severity.HIGH
    assert judged(conch).rules == ("R06",)


@pytest.mark.parametrize(("windows", "expected"), [(0, "LOW"), (1, "LOW"), (2, "MEDIUM"), (5, "MEDIUM"), (6, "HIGH")])
def test_a_documented_loss_rises_as_it_lasts(windows: int, expected: str) -> None:
    judgement = judged(loss(windows=windows))
    assert judgement.severity.name == expected
    assert (judgement.rules, judgement.addressee) == (("R01",), "KPPU")


def test_a_flash_sale_of_20_minutes_40_percent_under_cost_with_quota_50_is_low() -> None:
    sale = loss(
        price=31_800, units=50_000, windows=4, promotion_kind="flash_sale", promotion_quota=50,
        promotion_announced_us=EVENING_US - HOUR_US, promotion_starts_us=EVENING_US - 20 * MINUTE_US, promotion_ends_us=EVENING_US,
        first_below_us=EVENING_US - 19 * MINUTE_US, seller_units_28d=2_000_000, below_days_28d=0,
    )  # fmt: skip
    judgement = judged(sale)
    assert (judgement.severity, status(judgement, "D6")) == (Severity.LOW, "holds")


def test_an_evening_clearance_of_perishables_is_at_most_low() -> None:
    judgement = judged(loss(windows=24, shelf_life_days=2, shelf_life_source="analyst a1", fair_price_session=58_000))
    assert (judgement.severity, status(judgement, "D2")) == (Severity.LOW, "holds")


def test_unknown_size_is_held_at_medium_until_it_is_entered() -> None:
    judgement = judged(loss(windows=6, size_class=None, size_status="unknown"))
    assert judgement.severity is Severity.MEDIUM
    assert judgement.caps[0].task.en == "establish size and owner"
    assert (judgement.may_propose, judgement.may_approve) == (True, False)


def test_a_known_small_seller_is_exempt() -> None:
    judgement = judged(loss(windows=6, size_class="small"))
    assert (judgement.severity, judgement.exemption.exempt, judgement.may_propose) == (Severity.INFO, True, False)


def test_a_small_seller_of_a_large_owner_is_not_exempt() -> None:
    judgement = judged(loss(windows=6, size_class="small", owner_group="g1", owner_size_class="large"))
    assert (judgement.severity, judgement.exemption.exempt, judgement.may_approve) == (Severity.HIGH, False, True)


def test_a_discount_that_the_platform_pays_clears_the_seller() -> None:
    """The buyer pays 45,000, the seller receives 55,000 at a cost of 53,000: INFO for the seller, R27 is watched."""
    window = {"w1_units": 3000, "w1_value_s": 165_000_000, "w1_units_b": 3000, "w1_value_b": 135_000_000}
    market = {"rivals": 3, "rivals_median_pb": 57_000.0}
    assert legal_levels(figures(window | market | COST), BOOK)["legal_now"].to_list() == [2]
    judgement = judged(
        facts(
            level=2, legal_level=2, l2_days=30, **market,
            cheapest_value_b=135_000_000, cheapest_units_b=3000, cheapest_value_s=165_000_000, cheapest_units=3000,
        )
    )  # fmt: skip
    assert (judgement.severity, status(judgement, "D7")) == (Severity.INFO, "holds")
    assert [t.status for t in judgement.tests if t.rule == "R27"] == ["insufficient data"]


def test_with_unknown_funding_nobody_is_cleared_and_nobody_approved() -> None:
    judgement = judged(loss(windows=6, funding_known=False))
    assert (judgement.severity, status(judgement, "D7"), judgement.may_approve) == (Severity.MEDIUM, "unknown", False)


@pytest.mark.parametrize(("price", "usual"), [(100, 150_000.0), (2000, 45_000.0)])
def test_perfume_at_rp100_and_shorts_at_rp2000(price: int, usual: float) -> None:
    """Minutes, then back: a slip. The whole evening: none."""
    slip: dict[str, Any] = {"price": price, "units": 3_000_000, "own_median_ps": usual, "force_ps": round(usual), "windows": 2}
    ended = {"first_below_us": EVENING_US - 25 * MINUTE_US, "last_below_us": EVENING_US - 10 * MINUTE_US}
    corrected = judged(loss(**slip | ended))
    assert (corrected.severity, status(corrected, "D9")) == (Severity.LOW, "holds")
    evening = judged(loss(**slip | {"windows": 24, "force_ps": price}))
    assert (evening.severity, status(evening, "D9")) == (Severity.HIGH, "fails")
