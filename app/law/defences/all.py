"""Which defences are asked of every finding, and in which order? D2, D3, D5, D6, D7, D9 of law-and-detection A4."""

from __future__ import annotations

from app.domain.levels import Level
from app.law.defences.answer import Defence, Status
from app.law.defences.d02_perishable import perishable
from app.law.defences.d03_clearance import clearance
from app.law.defences.d05_meeting_competition import meeting_competition
from app.law.defences.d06_short_promotion import short_promotion
from app.law.defences.d07_platform_funded import platform_funded
from app.law.defences.d09_price_error import price_error
from app.law.facts import Facts
from app.law.pack import RulePack


def answer_defences(facts: Facts, pack: RulePack) -> tuple[Defence, ...]:
    """One answer per defence, by id; none for a pair of which nothing is said."""
    if facts.level <= Level.L0 and facts.legal_level <= Level.L0 and not _platform_case(facts, pack):
        return ()
    limits = {name: clause.limits for name, clause in pack.defences.items()}
    return (
        perishable(facts, limits["D2"]),
        clearance(facts, limits["D3"]),
        meeting_competition(facts, limits["D5"]),
        short_promotion(facts, limits["D6"]),
        platform_funded(facts, pack.rules["R06"].limits),
        price_error(facts, limits["D9"]),
    )


def _platform_case(facts: Facts, pack: RulePack) -> bool:
    """A buyer's price under cost by the platform's money is worth saying at L0 too: it is watched under R27."""
    return platform_funded(facts, pack.rules["R06"].limits).status is Status.HOLDS
