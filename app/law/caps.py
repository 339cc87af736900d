"""Which missing facts hold a finding at MEDIUM, and who has to enter what? (SEMANTICS A4, B2, E2)"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.domain.levels import Severity
from app.law.exemption import Exemption
from app.law.facts import Facts
from app.law.pack import Text


@dataclass(frozen=True, slots=True)
class Cap:
    """The highest severity until `task` is done; a referral may be prepared under it, not approved."""

    cap: Severity
    reason: Text
    task: Text


SIZE: Final = Cap(
    Severity.MEDIUM,
    Text("ukuran usaha belum diketahui", "size unknown"),
    Text("tetapkan ukuran dan pemilik usaha", "establish size and owner"),
)
FUNDING: Final = Cap(
    Severity.MEDIUM,
    Text("pendanaan potongan harga belum diketahui", "funding of discounts unknown"),
    Text("tetapkan siapa yang membayar potongan harga", "establish who paid the discounts"),
)


def caps(facts: Facts, answer: Exemption) -> tuple[Cap, ...]:
    """All caps that the missing facts call for; they are listed even where the severity lies under them anyway."""
    size = () if answer.known else (SIZE,)
    return size if facts.funding_known else (*size, FUNDING)
