"""Why, in two plain sentences? Indonesian and English, with figures; a seller is never called anything (SEMANTICS E10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from app.domain.levels import CostTier, Level
from app.findings.calibration_words import said
from app.findings.consequence import consequence
from app.findings.numbers import Language, money, percent, probability, quantity
from app.law.answers import certainly_below
from app.law.compare import mean
from app.law.defences.answer import Status
from app.law.facts import Facts
from app.law.judge import Judgement

NOTICE: Final = {"id": "Indikasi statistik, bukan putusan", "en": "statistical indication, not a finding of law"}

_COST: Final[dict[str, dict[str, str]]] = {
    "documented": {"id": "biaya per unit yang terdokumentasi", "en": "the documented unit cost"},
    "benchmark": {"id": "patokan biaya yang diterbitkan", "en": "the published benchmark"},
    "declared": {"id": "biaya yang dinyatakan penjual", "en": "the cost that the seller declared"},
    "invoice": {"id": "biaya menurut faktur", "en": "the cost on the invoice"},
    "estimate": {"id": "biaya perkiraan", "en": "the estimated cost"},
    "accepted": {"id": "biaya yang diterima untuk evaluasi", "en": "the cost accepted for evaluation"},
}


def cost_name(facts: Facts, language: Language) -> str:
    """The cost by its tier and source: only a T1 is called documented (B3)."""
    source = facts.cost_source or ""
    if facts.cost_tier == CostTier.T1:
        kind = "accepted" if source.endswith("+accepted") else "documented"
    elif facts.cost_tier == CostTier.T2:
        kind = {"event:seller_declared": "declared", "event:invoice": "invoice"}.get(source, "benchmark")
    else:
        kind = "estimate"
    return _COST[kind][language]


def _cost_words(facts: Facts, language: Language) -> str:
    lo, hi = facts.cost_lo or 0, facts.cost_hi if facts.cost_hi is not None else facts.cost_lo or 0
    name, low, high = cost_name(facts, language), money(lo, facts.currency, language), money(hi, facts.currency, language)
    if lo == hi:
        return f"{name}, {low}"
    return f"{name}, {low} sampai {high}" if language == "id" else f"{name}, {low} to {high}"


def _loss(facts: Facts, language: Language) -> str:
    price, units = mean(facts.lowest_value_s, facts.lowest_units), facts.below_units_session
    certain = certainly_below(facts)
    bar = facts.cost_lo if certain else facts.cost_hi
    cost = _cost_words(facts, language)
    gap = percent((bar - price) / bar, language) if price is not None and bar else None
    if language == "id":
        under = ("" if certain else "mungkin ") + (f"{gap} di bawah {cost}" if gap and certain else f"di bawah {cost}")
        taken = f"penjual menerima {money(price, facts.currency, 'id')} per unit" if price is not None else "harga yang diterima penjual"
        count = f", untuk {quantity(units, 'id')} unit dalam sesi ini" if units is not None else ""
        return f"Pada menit terendah {taken}, {under}{count}"
    under = ("" if certain else "possibly ") + (f"{gap} below {cost}" if gap and certain else f"below {cost}")
    taken = (
        f"the seller received {money(price, facts.currency, 'en')} a unit"
        if price is not None
        else "the price that the seller received was"
    )
    count = f", for {quantity(units, 'en')} units in this session" if units is not None else ""
    return f"In the lowest minute {taken}, {under}{count}"


def _platform(facts: Facts, language: Language) -> str:
    paid, received = mean(facts.cheapest_value_b, facts.cheapest_units_b), mean(facts.cheapest_value_s, facts.cheapest_units)
    if paid is None or received is None:
        return "Harga rendah dibiayai platform" if language == "id" else "The platform paid for the low price"
    low, own = money(paid, facts.currency, language), money(received, facts.currency, language)
    if language == "id":
        return f"Pembeli membayar {low} per unit karena potongan dari platform, sedangkan penjual menerima {own}"
    return f"Buyers paid {low} a unit because of the platform's discount, while the seller received {own}"


def _rivals(facts: Facts, language: Language) -> str:
    paid, median = mean(facts.cheapest_value_b, facts.cheapest_units_b), facts.rivals_median_pb
    if paid is None or median is None:
        return "Harga pembeli jauh di bawah pesaing" if language == "id" else "The buyer's price lay well under matched rivals"
    low, usual = money(paid, facts.currency, language), money(round(median), facts.currency, language)
    if language == "id":
        return f"Pada menit terendah pembeli membayar {low} per unit, jauh di bawah median {usual} dari {facts.rivals} pesaing yang sepadan"
    return f"In the lowest minute buyers paid {low} a unit, well under the median of {usual} of {facts.rivals} matched rivals"


def _unusual(facts: Facts, language: Language) -> str:
    p = probability(facts.p_value, language) if facts.calibrated and facts.p_value is not None else None
    if language == "id":
        return f"Harga tidak lazim dibanding sesi serupa{f' (p = {p})' if p else ''}, tanpa kerugian yang terukur"
    return f"The price is unusual beside comparable sessions{f' (p = {p})' if p else ''}, without a measured loss"


def _nothing(facts: Facts, language: Language) -> str:
    text = "Tidak ada kerugian atau harga sangat rendah yang terukur" if language == "id" else "No loss and no very low price was measured"
    if facts.calibrated:
        return text
    return f"{text}, {'dan' if language == 'id' else 'and'} {said(facts.calibration).clause[language]}"


def _first(facts: Facts, judgement: Judgement) -> Callable[[Facts, Language], str]:
    if any(d.id == "D7" and d.status is Status.HOLDS for d in judgement.defences):
        return _platform
    if facts.legal_level >= Level.L3:
        return _loss
    if facts.legal_level == Level.L2:
        return _rivals
    return _unusual if facts.level >= Level.L1 else _nothing


def reasons(facts: Facts, judgement: Judgement) -> dict[str, str]:
    """{"id", "en"}: what was measured, then what follows; exactly two sentences in each language."""
    measured = _first(facts, judgement)
    return {language: f"{measured(facts, language)}. {consequence(facts, judgement, language)}." for language in ("id", "en")}
