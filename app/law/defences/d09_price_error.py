"""D9: was the price a slip, soon corrected or its orders cancelled? (law-and-detection A4)"""

from __future__ import annotations

from app.domain.time import MINUTE_US
from app.law.compare import to_milli
from app.law.defences.answer import Defence, Fact, Status
from app.law.facts import Facts
from app.law.pack import Limits


def _slip(facts: Facts, limits: Limits, usual: int) -> bool | None:
    """Is the lowest below-cost mean under 20 % of the usual price (thousandths of the smallest unit)?"""
    if facts.lowest_value_s is None or not facts.lowest_units:
        return None
    return facts.lowest_value_s * 1000 * 1000 < limits["price_permille"] * usual * facts.lowest_units


def _mended(facts: Facts, limits: Limits, usual: int) -> bool | None:
    """Is the price back within 30 minutes, or every order cancelled? None while there is still time."""
    if facts.below_units_session == 0:
        return True
    first, last = facts.first_below_us, facts.last_below_us
    if first is None or last is None:
        return None
    if last - first > limits["minutes"] * MINUTE_US:
        return False
    # once the session has ended no price is in force, and a slip that was corrected stays corrected
    shown = facts.force_ps if facts.force_ps is not None else facts.last_force_ps
    if shown is not None and last < facts.end_us and shown * 1000 * 1000 >= limits["price_permille"] * usual:
        return True
    return None if facts.end_us - first <= limits["minutes"] * MINUTE_US else False


def price_error(facts: Facts, limits: Limits) -> Defence:
    """D9 against the own median (else the reference price), smallest units; fails under a promotion: an announced price is no slip."""
    usual_price = facts.own_median_ps if facts.own_median_ps is not None else facts.reference
    usual = to_milli(usual_price)
    evidence: dict[str, Fact] = {
        "usual_price": usual_price,
        "lowest_value_s": facts.lowest_value_s,
        "lowest_units": facts.lowest_units,
        "below_units_session": facts.below_units_session,
        "promotion_kind": facts.promotion_kind,
    }
    slip = _slip(facts, limits, usual) if usual is not None else None
    if usual is None or slip is None:
        return Defence("D9", Status.UNKNOWN, evidence | {"missing": "a usual price or a below-cost minute"})
    if not slip:
        return Defence("D9", Status.FAILS, evidence | {"why": "not far under the usual price"})
    if facts.promotion_kind is not None or facts.promotion_id is not None:
        return Defence("D9", Status.FAILS, evidence | {"why": "announced as a promotion"}, "price")
    mended = _mended(facts, limits, usual)
    status = {True: Status.HOLDS, False: Status.FAILS, None: Status.UNKNOWN}[mended]
    return Defence("D9", status, evidence | {"mended": mended}, "price")
