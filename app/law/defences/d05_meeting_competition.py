"""D5: does the price only meet what rivals had asked for matched products before, and not undercut it? (law-and-detection A4)"""

from __future__ import annotations

from app.law.compare import MILLI, to_milli
from app.law.defences.answer import Checks, Defence, Fact, decide, words
from app.law.facts import Facts
from app.law.pack import Limits


def _not_undercut(facts: Facts) -> bool | None:
    """Is the buyer's mean in the cheapest minute at or over the rivals' median? None unless p_b of every unit in it is known."""
    value, units, median = facts.cheapest_value_b, facts.cheapest_units_b, to_milli(facts.rivals_median_pb)
    if value is None or not units or units != facts.cheapest_units or median is None:
        return None
    return value * MILLI >= median * units


def meeting_competition(facts: Facts, limits: Limits) -> Defence:
    """D5 from matched rivals' sealed days (median p_b, smallest units) and the minute with the lowest mean p_b; no label opens it.

    Rivals' sealed prices came first only if the seller had not sold under cost on any of those days: else rivals may have followed it.
    """
    days = facts.below_days_28d
    checks: Checks = {
        "rivals_enough": None if facts.rivals is None or facts.rivals < limits["rivals_min"] else True,
        "not_undercut": _not_undercut(facts),
        # on a second day who followed whom is not told by medians: unknown, which clears nobody
        "rivals_came_first": True if days == 0 else None,
    }
    evidence: dict[str, Fact] = {
        "rivals": facts.rivals,
        "rivals_median_pb": facts.rivals_median_pb,
        "buyer_value": facts.cheapest_value_b,
        "buyer_units": facts.cheapest_units_b,
        "below_days_28d": days,
    }
    opened = "rivals' prices" if checks["rivals_enough"] and checks["not_undercut"] else ""
    return Defence("D5", decide(checks), evidence | words(checks), opened)
