"""What follows from the facts about a pair? Rules, defences, exemption, caps, severity: one answer, nothing hidden (SEMANTICS E)."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.levels import Severity
from app.law.answers import RuleTest, answer_rules, triggered_conduct
from app.law.caps import Cap, caps
from app.law.defences.all import answer_defences
from app.law.defences.answer import Defence
from app.law.exemption import Exemption, exemption
from app.law.facts import Facts
from app.law.pack import RuleBook
from app.law.severity import row_met, weigh


@dataclass(frozen=True, slots=True)
class Judgement:
    """An indication, never a finding of law. `row` is the line of the severity table that was met before anything lowered it."""

    severity: Severity
    row: str
    tests: tuple[RuleTest, ...]
    rules: tuple[str, ...]
    defences: tuple[Defence, ...]
    exemption: Exemption
    caps: tuple[Cap, ...]
    addressee: str | None
    may_propose: bool
    may_approve: bool
    rule_pack: str


def judge(facts: Facts, rules: RuleBook) -> Judgement:
    """Facts + dated rules -> judgement; pure. The pack is picked by the pane's own date and named id@sha256.

    `may_propose`: MEDIUM or more and not exempt. `may_approve`: moreover a rule is triggered and no fact is missing (caps). Two named
    people still decide (E9).
    """
    pack = rules.at(facts.end_us - 1)
    exempt = exemption(facts)
    defences = answer_defences(facts, pack)
    tests = answer_rules(facts, pack, defences, exempt)
    missing = caps(facts, exempt)
    row = row_met(facts, pack.severity.limits)
    severity = weigh(row, defences, exempt, missing)
    conduct = triggered_conduct(tests, pack)
    propose = severity >= Severity.MEDIUM and not exempt.exempt
    return Judgement(
        severity=severity,
        row=row.name,
        tests=tests,
        rules=conduct,
        defences=defences,
        exemption=exempt,
        caps=missing,
        addressee=pack.rules[conduct[0]].addressee if conduct else None,
        may_propose=propose,
        may_approve=propose and not missing and bool(conduct),
        rule_pack=pack.name,
    )
