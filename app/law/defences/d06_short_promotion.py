"""D6: is this a short, announced promotion with a limited quantity? (SEMANTICS E3, law-and-detection A4)"""

from __future__ import annotations

from typing import Final

from app.domain.time import HOUR_US, MINUTE_US
from app.law.defences.answer import Checks, Defence, Fact, decide, words
from app.law.facts import Facts
from app.law.pack import Limits

LABELS: Final = ("flash_sale",)


def _timing(facts: Facts, limits: Limits) -> Checks:
    starts, ends, told = facts.promotion_starts_us, facts.promotion_ends_us, facts.promotion_announced_us
    first, last = facts.first_below_us, facts.last_below_us
    known = starts is not None and ends is not None
    return {
        "announced_before": None if told is None or starts is None else told <= starts,
        "short": None if starts is None or ends is None else 0 < ends - starts <= limits["hours"] * HOUR_US,
        "not_before_start": None if not known or first is None or starts is None else first > starts,
        # a 1-minute window still holds the promotion's last sales one minute after its end
        "not_after_end": None if not known or last is None or ends is None else last < ends + MINUTE_US,
    }


def _quantity(facts: Facts, limits: Limits) -> Checks:
    below, quota, month, days = facts.below_units_session, facts.promotion_quota, facts.seller_units_28d, facts.below_days_28d
    return {
        "within_quota": None if quota is None or below is None else below <= quota * 1000,
        "small_share_of_month": None if not month or below is None else below * 1000 <= month * limits["monthly_permille"],
        "seldom": None if days is None else days + 1 <= limits["days_per_quarter"],
    }


def short_promotion(facts: Facts, limits: Limits) -> Defence:
    """D6 from the promotion's times (us), its quota (whole units) and below-cost units (thousandths); opened by its kind."""
    opened = facts.promotion_kind if facts.promotion_kind in LABELS else None
    checks: Checks = {"labelled": True if opened else None} | dict(_timing(facts, limits)) | dict(_quantity(facts, limits))
    evidence: dict[str, Fact] = {
        "promotion_id": facts.promotion_id,
        "starts_us": facts.promotion_starts_us,
        "ends_us": facts.promotion_ends_us,
        "announced_us": facts.promotion_announced_us,
        "quota": facts.promotion_quota,
        "below_units_session": facts.below_units_session,
        "seller_units_28d": facts.seller_units_28d,
        "below_days_28d": facts.below_days_28d,
    }
    return Defence("D6", decide(checks), evidence | words(checks), f"promotion_kind {opened}" if opened else "")
