"""The table of E2 row by row, and the orders that no fact may break (B6)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.levels import Severity
from app.domain.time import HOUR_US, MINUTE_US
from app.law.defences.answer import Defence, Status
from app.law.exemption import exemption
from app.law.facts import Facts
from app.law.severity import row_met, weigh
from tests.law.cases import EVENING_US, PACK, facts, judged, loss

CRITICAL: dict[str, Any] = {"windows": 6, "l4_span_us": 24 * HOUR_US, "power": True, "calibration": "ok", "p_value": 0.01}


@pytest.mark.parametrize(
    ("given_facts", "expected"),
    [
        (facts(), "NONE"),
        (facts(level=1, calibration="ok", p_value=0.004), "LOW"),
        (facts(level=1, calibration="ok", p_value=0.004, q_value=0.20), "MEDIUM"),
        (facts(level=1, calibration="ok", p_value=0.004, q_value=0.21), "LOW"),
        (facts(level=1, calibration="not enough calibration", p_value=0.004, q_value=0.20), "LOW"),
        (facts(level=2, legal_level=2), "LOW"),
        (facts(level=2, legal_level=2, l2_days=7), "MEDIUM"),
        (facts(level=2, legal_level=2, l2_sessions=3), "MEDIUM"),
        (facts(level=2, legal_level=2, l2_days=30, structure=True, rival_gone=True), "HIGH"),
        (facts(level=2, legal_level=2, l2_days=30, structure=True), "MEDIUM"),
        (loss(level=3, windows=5, cost_tier="T2"), "LOW"),
        (loss(level=3, windows=6, cost_tier="T2"), "MEDIUM"),
        (loss(level=3, windows=6, cost_tier="T2", intent=True), "HIGH"),
        (loss(level=3, windows=99, cost_tier="T3", power=True, calibration="ok", p_value=0.001), "MEDIUM"),
        (loss(windows=1), "LOW"),
        (loss(windows=2), "MEDIUM"),
        (loss(windows=5), "MEDIUM"),
        (loss(windows=6), "HIGH"),
        (loss(**CRITICAL), "CRITICAL"),
        (loss(**CRITICAL | {"l4_span_us": 0, "sessions_l4_lasting": 2}), "CRITICAL"),
        (loss(**CRITICAL | {"l4_span_us": 0}), "HIGH"),
        (loss(**CRITICAL | {"power": None}), "HIGH"),
        (loss(**CRITICAL | {"power": False}), "HIGH"),
        (loss(**CRITICAL | {"p_value": 0.011}), "HIGH"),
        (loss(**CRITICAL | {"cum_units": 24_001}), "HIGH"),  # under half of the units
        (loss(**CRITICAL | {"cum_units": 24_000}), "CRITICAL"),
        (loss(**CRITICAL | {"size_status": "unknown"}), "MEDIUM"),
        (loss(**CRITICAL | {"funding_known": False}), "MEDIUM"),
        (loss(**CRITICAL | {"size_class": "small"}), "INFO"),
    ],
)
def test_the_table(given_facts: Facts, expected: str) -> None:
    assert judged(given_facts).severity.name == expected


def test_caps_name_their_task_and_hold_the_approval() -> None:
    judgement = judged(loss(windows=6, size_status="declared", funding_known=False))
    assert [c.task.en for c in judgement.caps] == ["establish size and owner", "establish who paid the discounts"]
    assert (judgement.may_propose, judgement.may_approve) == (True, False)
    assert (judged(loss(windows=6)).may_propose, judged(loss(windows=6)).may_approve) == (True, True)


def test_novelty_alone_is_referred_to_nobody() -> None:
    judgement = judged(facts(level=1, calibration="ok", p_value=0.001, q_value=0.01))
    assert (judgement.severity, judgement.rules, judgement.addressee, judgement.may_approve) == (Severity.MEDIUM, (), None, False)


@pytest.mark.parametrize(
    ("size", "exempt", "known"),
    [
        ({"size_class": "micro"}, True, True),
        ({"size_class": "small"}, True, True),
        ({"size_class": "small", "owner_group": "g", "owner_size_class": "small"}, True, True),
        ({"size_class": "small", "owner_group": "g", "owner_size_class": "medium"}, False, True),
        ({"size_class": "micro", "owner_size_class": "large"}, False, True),
        ({"size_class": "small", "owner_group": "g"}, False, False),  # one of forty shops of nobody knows whom
        ({"size_class": "medium"}, False, True),
        ({"size_class": "large"}, False, True),
        ({"size_class": None}, False, False),
        ({"size_class": "small", "size_status": "declared"}, False, False),
        ({"size_class": "small", "size_status": "unknown"}, False, False),
    ],
)
def test_r30(size: dict[str, Any], exempt: bool, known: bool) -> None:
    given_facts = loss(windows=6, **size)
    answer = exemption(given_facts)
    assert (answer.exempt, answer.known) == (exempt, known)
    r30 = next(t for t in judged(given_facts).tests if t.rule == "R30")
    assert r30.status == ("triggered" if exempt else "not triggered" if known else "insufficient data")


# ---- orders --------------------------------------------------------------------------------------------------------

some = st.fixed_dictionaries(
    {
        "windows": st.integers(0, 8), "level": st.sampled_from([3, 4]),
        "price": st.integers(11_000, 52_999), "units": st.integers(1, 10**6),
        "shelf_life_days": st.sampled_from([None, 3, 30]), "fair_price_session": st.sampled_from([None, 53_000, 60_000]),
        "promotion_kind": st.sampled_from([None, "flash_sale", "clearance"]), "promotion_quota": st.sampled_from([None, 50, 5000]),
        "promotion_starts_us": st.just(EVENING_US - HOUR_US), "promotion_ends_us": st.just(EVENING_US),
        "promotion_announced_us": st.sampled_from([None, EVENING_US - HOUR_US]),
        "seller_units_28d": st.sampled_from([None, 10**7]), "below_days_28d": st.sampled_from([None, 0, 1]),
        "stock_first": st.sampled_from([None, 10**6]), "stock_last": st.just(10**6 - 1001), "mean_daily_units": st.just(1000),
        "rivals": st.sampled_from([None, 2, 3]), "rivals_median_pb": st.sampled_from([None, 40_000.0]),
        "power": st.sampled_from([None, True]), "l4_span_us": st.sampled_from([0, 24 * HOUR_US]),
        "calibration": st.sampled_from(["ok", "no like day"]),
        "p_value": st.sampled_from([None, 0.001]), "q_value": st.sampled_from([None, 0.1, 0.5]),
        "size_status": st.sampled_from(["known", "unknown"]), "size_class": st.sampled_from(["small", "large"]),
        "funding_known": st.booleans(), "own_median_ps": st.just(50_000.0),
    }
)  # fmt: skip


def cheaper(of: Facts, by: int) -> Facts:
    """The same sales at a price lower by `by`; nobody else pays for any of it."""
    assert of.lowest_value_s is not None
    assert of.lowest_units is not None
    value = of.lowest_value_s - by * of.lowest_units
    return replace(of, lowest_value_s=value, below_value_session=value, cheapest_value_b=value, cheapest_value_s=value)


@given(some, st.integers(0, 1000))
def test_a_lower_price_never_lowers_severity(given_facts: dict[str, Any], by: int) -> None:
    # prices stay above 20 % of the usual one, where D9 begins; no list price, which may stand in for D2 by the words of E3
    before = loss(**given_facts)
    assert judged(cheaper(before, by)).severity >= judged(before).severity


@given(some)
def test_a_price_that_falls_a_level_never_lowers_severity(given_facts: dict[str, Any]) -> None:
    order = [
        facts(
            **{k: v for k, v in given_facts.items() if k not in ("windows", "level", "price", "units")}
            | {"level": level, "legal_level": legal}
        )
        for level, legal in ((0, 0), (1, 0), (2, 2))
    ]
    severities = [judged(f).severity for f in order]
    assert severities == sorted(severities)


@given(some, st.integers(1, 12))
def test_longer_never_lowers_severity(given_facts: dict[str, Any], more: int) -> None:
    before = loss(**given_facts)
    after = replace(
        before,
        aligned_l2=before.aligned_l2 + more,
        aligned_l3=before.aligned_l3 + more,
        aligned_l4=before.aligned_l4 + more if before.legal_level == 4 else 0,
        below_minutes_session=before.below_minutes_session + 5 * more,
        end_us=before.end_us + 5 * more * MINUTE_US,
        last_below_us=(before.last_below_us or 0) + 5 * more * MINUTE_US,
    )
    assert judged(after).severity >= judged(before).severity


@given(some, st.sampled_from(["D2", "D3", "D5", "D6", "D7", "D9"]))
def test_a_holding_defence_never_raises(given_facts: dict[str, Any], which: str) -> None:
    of = loss(**given_facts)
    judgement, row = judged(of), row_met(of, PACK.severity.limits)
    more = weigh(row, [*judgement.defences, Defence(which, Status.HOLDS, {})], judgement.exemption, judgement.caps)
    assert more <= judgement.severity
    assert more <= Severity.LOW


@given(some)
def test_ten_times_the_money_is_the_same_case(given_facts: dict[str, Any]) -> None:
    of = loss(**given_facts)
    money = (
        "lowest_value_s", "below_value_session", "cum_value_s", "cheapest_value_b", "cheapest_value_s", "cost_lo", "cost_hi",
        "fair_price_session", "own_median_ps", "rivals_median_pb",
    )  # fmt: skip
    tenfold = replace(of, **{m: getattr(of, m) * 10 for m in money if getattr(of, m) is not None})
    a, b = judged(of), judged(tenfold)
    assert (a.severity, a.rules, [d.status for d in a.defences]) == (b.severity, b.rules, [d.status for d in b.defences])


@given(some)
def test_an_exempt_seller_is_never_dispatched_and_t3_never_critical(given_facts: dict[str, Any]) -> None:
    small = judged(loss(**given_facts | {"size_class": "small", "size_status": "known"}))
    assert small.severity <= Severity.INFO
    assert not small.may_propose
    assert not small.may_approve
    estimated = judged(loss(**given_facts | {"level": 3, "cost_tier": "T3", "cost_lo": 39_750, "power": True}))
    assert estimated.severity <= Severity.MEDIUM
