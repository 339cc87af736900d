"""D7: does the platform's money make the low price, and not the seller's? (SEMANTICS B2, law-and-detection A4)"""

from __future__ import annotations

from app.domain.levels import Level
from app.law.compare import mean_at_most_share, mean_below, to_milli
from app.law.defences.answer import Defence, Fact, Status
from app.law.facts import Facts
from app.law.pack import Limits


def very_low(value: int | None, units: int | None, facts: Facts, limits: Limits) -> bool | None:
    """R06 on one window's sums (price x thousandths, thousandths): mean <= (1 - gap) x rivals' median; None under three rivals."""
    if facts.rivals is None or facts.rivals < limits["rivals_min"]:
        return None
    return mean_at_most_share(value, units, 1000 - limits["gap_permille"], to_milli(facts.rivals_median_pb))


def _status(facts: Facts, limits: Limits, under_cost: bool | None, low: bool | None) -> tuple[Status, str]:
    """limits: those of R06."""
    if not facts.funding_known or facts.cheapest_units_b is None or facts.cheapest_units_b != facts.cheapest_units:
        return Status.UNKNOWN, "who paid for the cut is not known for every unit"
    if mean_below(facts.lowest_value_s, facts.lowest_units, facts.cost_lo):
        return Status.FAILS, "the seller's own price was under cost"
    if not under_cost and not low:
        known = under_cost is False or low is False
        return (Status.FAILS, "the buyer's price is not low") if known else (Status.UNKNOWN, "neither cost nor rivals are known")
    if mean_below(facts.cheapest_value_s, facts.cheapest_units, facts.cost_lo):
        return Status.FAILS, "the seller's own price was under cost"
    if facts.legal_level >= Level.L3 or mean_below(facts.cheapest_value_s, facts.cheapest_units, facts.cost_hi):
        return Status.UNKNOWN, "the seller's own price lies inside the cost interval"
    if very_low(facts.cheapest_value_s, facts.cheapest_units, facts, limits):
        return Status.FAILS, "the seller's own price is very low too"
    return Status.HOLDS, "without the platform's money the price is neither under cost nor very low"


def platform_funded(facts: Facts, limits: Limits) -> Defence:
    """D7 on the minute with the lowest mean p_b (price x thousandths); limits: those of R06. It clears only what it explains."""
    under_cost = mean_below(facts.cheapest_value_b, facts.cheapest_units_b, facts.cost_lo)
    low = very_low(facts.cheapest_value_b, facts.cheapest_units_b, facts, limits)
    status, why = _status(facts, limits, under_cost, low)
    evidence: dict[str, Fact] = {
        "buyer_value": facts.cheapest_value_b,
        "buyer_units": facts.cheapest_units_b,
        "seller_value": facts.cheapest_value_s,
        "seller_units": facts.cheapest_units,
        "cost_lo": facts.cost_lo,
        "promotion_funding": facts.promotion_funding,
        "why": why,
    }
    return Defence("D7", status, evidence, "buyer's price" if under_cost or low else "")
