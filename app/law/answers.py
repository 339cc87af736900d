"""What does each rule answer? Triggered, not triggered, or insufficient data and which (law-and-detection A3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.domain.levels import CostTier, Level
from app.law.compare import mean_below
from app.law.defences.answer import Defence, Fact, Status
from app.law.defences.d07_platform_funded import very_low
from app.law.exemption import Exemption
from app.law.facts import Facts
from app.law.pack import Kind, RulePack, Text


class Answer(StrEnum):
    """The three answers of a rule."""

    TRIGGERED = "triggered"
    NOT_TRIGGERED = "not triggered"
    INSUFFICIENT = "insufficient data"


@dataclass(frozen=True, slots=True)
class RuleTest:
    """One rule's answer with its reason and quantities (units as in Facts)."""

    rule: str
    status: Answer
    why: Text
    quantities: Mapping[str, Fact]


def certainly_below(facts: Facts) -> bool:
    """Was some minute's mean under the low end of a documented or published cost? An estimate (T3) is never certain (B3)."""
    if facts.legal_level >= Level.L4:
        return True
    return facts.cost_tier in (CostTier.T1, CostTier.T2) and bool(mean_below(facts.lowest_value_s, facts.lowest_units, facts.cost_lo))


NOT_IN_FORCE: Final = Text("aturan belum atau tidak lagi berlaku pada tanggal ini", "the rule is not in force on this date")


def _loss_why(tier: str, certain: bool) -> Text:
    if tier == CostTier.T1 and certain:
        return Text("harga penjual di bawah biaya terdokumentasi", "seller's price under a documented cost")
    if tier == CostTier.T2 and certain:
        return Text(
            "harga penjual di bawah patokan atau biaya yang dinyatakan", "seller's price under a published benchmark or stated cost"
        )
    return Text(
        "harga penjual mungkin di bawah biaya: di dalam rentang biaya", "seller's price possibly under cost: inside the cost interval"
    )


def _loss(facts: Facts) -> RuleTest:
    """R01: the level was measured window by window (E1); here it is answered with its certainty."""
    quantities: dict[str, Fact] = {
        "cost_tier": facts.cost_tier,
        "cost_lo": facts.cost_lo,
        "cost_hi": facts.cost_hi,
        "lowest_value_s": facts.lowest_value_s,
        "lowest_units": facts.lowest_units,
        "below_units": facts.below_units_session,
        "below_minutes": facts.below_minutes_session,
    }
    if facts.legal_level >= Level.L3:
        certain = certainly_below(facts)
        word = "below" if certain else "possibly below"
        return RuleTest("R01", Answer.TRIGGERED, _loss_why(facts.cost_tier, certain), quantities | {"certainty": word})
    if facts.cost_tier == CostTier.T4:
        return RuleTest("R01", Answer.INSUFFICIENT, Text("kurang: biaya per unit", "missing: unit cost"), {"cost_tier": facts.cost_tier})
    return RuleTest("R01", Answer.NOT_TRIGGERED, Text("tidak ada menit di bawah biaya", "no minute under cost"), quantities)


def _reporting_period() -> RuleTest:
    why = Text("kurang: penjualan satu periode pelaporan penuh", "missing: the sales of a whole reporting period")
    return RuleTest("R05", Answer.INSUFFICIENT, why, {})


def _rivals(facts: Facts, pack: RulePack) -> RuleTest:
    limits = pack.rules["R06"].limits
    quantities: dict[str, Fact] = {
        "rivals": facts.rivals,
        "rivals_needed": limits["rivals_min"],
        "rivals_median_pb": facts.rivals_median_pb,
        "gap_permille": limits["gap_permille"],
        "cheapest_value_b": facts.cheapest_value_b,
        "cheapest_units_b": facts.cheapest_units_b,
        "l2_days": facts.l2_days,
        "l2_sessions": facts.l2_sessions,
    }
    met = facts.legal_level == Level.L2 or very_low(facts.cheapest_value_b, facts.cheapest_units_b, facts, limits)
    if met is None:
        few = (facts.rivals or 0) < limits["rivals_min"]
        rivals = Text("kurang: tiga pesaing dengan produk sepadan", "missing: three rivals with matched products")
        price = Text("kurang: harga yang dibayar pembeli", "missing: the price that buyers paid")
        return RuleTest("R06", Answer.INSUFFICIENT, rivals if few else price, quantities)
    if met:
        return RuleTest("R06", Answer.TRIGGERED, Text("harga pembeli jauh di bawah pesaing", "buyer's price well under rivals"), quantities)
    return RuleTest("R06", Answer.NOT_TRIGGERED, Text("tidak jauh di bawah pesaing", "not well under matched rivals"), quantities)


_MARKET: Final = Text("kurang: pangsa pasar bersangkutan", "missing: shares of the relevant market")
_OWNER: Final = Text("kurang: penjualan grup pemilik", "missing: sales of the owner's group")
_NO_POWER: Final = tuple(
    RuleTest(rule, Answer.INSUFFICIENT, why, {}) for rule, why in (("R09", _MARKET), ("R10", _MARKET), ("R12", _OWNER))
)


def _power(facts: Facts) -> tuple[RuleTest, ...]:
    return _NO_POWER if facts.power is None else ()


def _platform_money(defences: tuple[Defence, ...]) -> tuple[RuleTest, ...]:
    d7 = next((d for d in defences if d.id == "D7"), None)
    if d7 is None or d7.status is not Status.HOLDS:
        return ()
    why = Text(
        "pantau: harga rendah dibiayai platform; kurang: penerimaan bersih platform",
        "watch: the platform pays for the low price; missing: the platform's net takings",
    )
    return (RuleTest("R27", Answer.INSUFFICIENT, why, dict(d7.evidence)),)


def _size(facts: Facts, answer: Exemption) -> RuleTest:
    status = Answer.TRIGGERED if answer.exempt else Answer.NOT_TRIGGERED if answer.known else Answer.INSUFFICIENT
    quantities: dict[str, Fact] = {
        "size_class": facts.size_class,
        "size_status": facts.size_status,
        "size_source": facts.size_source,
        "size_dated": facts.size_dated,
        "owner_group": facts.owner_group,
        "owner_size_class": facts.owner_size_class,
    }
    return RuleTest("R30", status, answer.why, quantities)


def answer_rules(facts: Facts, pack: RulePack, defences: tuple[Defence, ...], exempt: Exemption) -> tuple[RuleTest, ...]:
    """R01, R05, R06, R09, R10, R12, R27 (only while D7 holds), R30; a rule outside its dates says so."""
    tests = (_loss(facts), _reporting_period(), _rivals(facts, pack), *_power(facts), *_platform_money(defences), _size(facts, exempt))
    us = facts.end_us - 1
    return tuple(t if pack.in_force(t.rule, us) else RuleTest(t.rule, Answer.NOT_TRIGGERED, NOT_IN_FORCE, {}) for t in tests)


def triggered_conduct(tests: tuple[RuleTest, ...], pack: RulePack) -> tuple[str, ...]:
    """Ids of the triggered rules that a referral may rest on, in order."""
    return tuple(t.rule for t in tests if t.status is Answer.TRIGGERED and pack.rules[t.rule].kind is Kind.CONDUCT)
