"""How urgent is the work on a finding? The highest row met; defences, exemption and then caps only lower it (SEMANTICS E2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from app.domain.levels import Level, Severity
from app.domain.time import HOUR_US
from app.law.caps import Cap
from app.law.defences.answer import Defence, Status
from app.law.exemption import Exemption
from app.law.facts import Facts
from app.law.pack import Limits


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `met` reads facts (units there) and the thresholds of the pack's severity clause."""

    severity: Severity
    name: str
    met: Callable[[Facts, Limits], bool]


def _l4_lasting(facts: Facts, limits: Limits) -> bool:
    return facts.legal_level >= Level.L4 and facts.aligned_l4 >= limits["lasting_windows"]


def _l3_lasting(facts: Facts, limits: Limits) -> bool:
    return facts.legal_level >= Level.L3 and facts.aligned_l3 >= limits["lasting_windows"]


def _l2_lasting(facts: Facts, limits: Limits) -> bool:
    long = facts.l2_days >= limits["lasting_days_l2"] or facts.l2_sessions >= limits["lasting_sessions_l2"]
    return facts.legal_level >= Level.L2 and long


def _critical(facts: Facts, limits: Limits) -> bool:
    long = facts.sessions_l4_lasting >= limits["critical_sessions"] or facts.l4_span_us >= limits["critical_hours"] * HOUR_US
    below, sold = facts.below_units_session, facts.cum_units
    many = below is not None and sold is not None and sold > 0 and below * 1000 >= sold * limits["critical_units_permille"]
    return _l4_lasting(facts, limits) and long and many and facts.power is True and facts.unusual


def _l2_long_with_exit(facts: Facts, limits: Limits) -> bool:
    return (
        facts.legal_level >= Level.L2 and facts.l2_days >= limits["high_days_l2"] and facts.structure is True and facts.rival_gone is True
    )


def _l4_repeated(facts: Facts, limits: Limits) -> bool:
    return facts.legal_level >= Level.L4 and facts.aligned_l4 >= limits["repeated_windows"]


def _novelty_of_the_day(facts: Facts, limits: Limits) -> bool:
    # asked of the pair's novelty, not of `level == 1`: else a price that falls to L2 would lose this row (monotone)
    return facts.unusual and facts.q_value is not None and facts.q_value * 1000 <= limits["q_permille"]


TABLE: Final = (
    Row(Severity.CRITICAL, "L4 lasting over sessions or a day, half of the units, power shown, unusual", _critical),
    Row(Severity.HIGH, "L4 lasting", _l4_lasting),
    Row(Severity.HIGH, "L3 lasting with intent", lambda f, t: _l3_lasting(f, t) and f.intent is True),
    Row(Severity.HIGH, "L2 over thirty days with structure and a rival gone", _l2_long_with_exit),
    Row(Severity.MEDIUM, "L4 in two or more windows", _l4_repeated),
    Row(Severity.MEDIUM, "L3 lasting", _l3_lasting),
    Row(Severity.MEDIUM, "L2 lasting", _l2_lasting),
    Row(Severity.MEDIUM, "unusual, also over the whole day", _novelty_of_the_day),
    Row(Severity.LOW, "any level", lambda f, _: max(f.level, f.legal_level) >= Level.L1),
    Row(Severity.NONE, "nothing", lambda _f, _t: True),
)
"""Highest first."""


def row_met(facts: Facts, limits: Limits) -> Row:
    """The highest row of the table that the facts meet."""
    return next(row for row in TABLE if row.met(facts, limits))


def weigh(row: Row, defences: Iterable[Defence], exempt: Exemption, caps: Iterable[Cap]) -> Severity:
    """Severity after what speaks for the seller: a holding defence LOW (D7 INFO), exempt INFO, caps last. Never raises."""
    holding = [d.id for d in defences if d.status is Status.HOLDS]
    return lowered(row.severity, holding, exempt.exempt, [c.cap for c in caps])


def lowered(severity: Severity, holding: Iterable[str], exempt: bool, caps: Iterable[Severity]) -> Severity:
    """The severity after the ids of holding defences, the exemption and the caps, in that order."""
    for defence in holding:
        severity = min(severity, Severity.INFO if defence == "D7" else Severity.LOW)
    if exempt:
        severity = min(severity, Severity.INFO)
    return min([severity, *caps])
