"""D2: is this the evening price of perishable goods that had been sold at or above cost? (SEMANTICS E3)"""

from __future__ import annotations

from app.law.compare import mean_at_most_share, mean_below, to_milli
from app.law.defences.answer import Defence, Fact, Status
from app.law.facts import Facts
from app.law.pack import Limits


def _earlier_price(facts: Facts) -> int | None:
    """Highest price at or above cost, this session or the seven sealed days; smallest unit."""
    prices = [facts.fair_price_session] if facts.fair_price_session is not None else []
    week, bar = facts.fair_price_7d, facts.cost_bar
    # the sealed figure knows no cost, so it is held against today's here
    if week is not None and bar is not None and week >= bar:
        prices.append(week)
    return max(prices, default=None)


def _habit(facts: Facts, limits: Limits) -> bool | None:
    """Do below-cost units exceed half of the week's? None with under four days of sales or an unknown count."""
    if facts.units_7d is None or facts.below_units_7d is None or (facts.sale_days_7d or 0) < limits["sale_days"]:
        return None
    return facts.below_units_7d * 1000 > facts.units_7d * limits["below_permille"]


def _sold_before(facts: Facts, limits: Limits) -> tuple[Status, str]:
    """Status and the price that it rests on."""
    price = _earlier_price(facts)
    if price is not None:
        cheaper = mean_below(facts.lowest_value_s, facts.lowest_units, price)
        return {True: Status.HOLDS, False: Status.FAILS, None: Status.UNKNOWN}[cheaper], "sold at or above cost before"
    if facts.units_7d:
        # it was sold in these days, and never at or above cost as far as the days tell
        return (Status.UNKNOWN if facts.fair_price_7d is None else Status.FAILS), "sold before, not at or above cost"
    stands_in = mean_at_most_share(facts.lowest_value_s, facts.lowest_units, limits["list_price_permille"], to_milli(facts.list_price))
    # a list price is the seller's own word: it may help where nothing was sold before, it never speaks against anyone
    return (Status.HOLDS if stands_in else Status.UNKNOWN), "list price stands in: no earlier sale"


def perishable(facts: Facts, limits: Limits) -> Defence:
    """D2 from the catalogue's shelf life (days), earlier prices (smallest unit) and the seven sealed days' units (thousandths)."""
    days = facts.shelf_life_days
    evidence: dict[str, Fact] = {"shelf_life_days": days, "shelf_life_source": facts.shelf_life_source}
    if days is None:
        return Defence("D2", Status.UNKNOWN, evidence | {"missing": "shelf life in the catalogue"})
    if days > limits["shelf_life_days"]:
        return Defence("D2", Status.FAILS, evidence | {"why": "not perishable"}, "catalogue")
    habit = _habit(facts, limits)
    evidence |= {
        "below_units_7d": facts.below_units_7d,
        "units_7d": facts.units_7d,
        "sale_days_7d": facts.sale_days_7d,
        "fair_price_session": facts.fair_price_session,
        "fair_price_7d": facts.fair_price_7d,
        "list_price": facts.list_price,
        "lowest_value_s": facts.lowest_value_s,
        "lowest_units": facts.lowest_units,
    }
    if habit:
        return Defence("D2", Status.FAILS, evidence | {"why": "more than half of the week's units went below cost"}, "catalogue")
    status, basis = _sold_before(facts, limits)
    return Defence("D2", status, evidence | {"basis": basis}, "catalogue")
