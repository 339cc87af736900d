"""D3: is a stock far beyond need being cleared? (law-and-detection A4)"""

from __future__ import annotations

from typing import Final

from app.law.defences.answer import Checks, Defence, decide, words
from app.law.facts import Facts
from app.law.pack import Limits

LABELS: Final = ("clearance", "overstock")


def _stock_checks(facts: Facts, limits: Limits) -> Checks:
    first, last, daily = facts.stock_first, facts.stock_last, facts.mean_daily_units
    # stock is in whole units, sales in thousandths
    cover = None if first is None or not daily else first * 1000 > limits["cover_days"] * daily
    falling = None if first is None or last is None else last < first
    # what was sold here must be gone from the shelf, else it was filled up again; the stock last shown may be five minutes older (B6)
    sold = None if facts.cum_units is None else facts.cum_units - (facts.fresh_units or 0)
    not_reordered = None if first is None or last is None or sold is None else (first - last) * 1000 >= sold
    return {"cover_over_limit": cover, "stock_falling": falling, "not_reordered": not_reordered}


def clearance(facts: Facts, limits: Limits) -> Defence:
    """D3 from stock (whole units) and mean daily units (thousandths); opened by the promotion's kind, never held by it."""
    opened = facts.promotion_kind if facts.promotion_kind in LABELS else None
    checks: Checks = {"labelled": True if opened else None} | dict(_stock_checks(facts, limits))
    evidence = {"stock_first": facts.stock_first, "stock_last": facts.stock_last, "mean_daily_units": facts.mean_daily_units}
    return Defence("D3", decide(checks), evidence | words(checks), f"promotion_kind {opened}" if opened else "")
