"""What does a defence answer? It holds, it fails or it is unknown; unknown never clears (SEMANTICS E3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """`holds` only on measured facts; `fails` where a measured fact speaks against it."""

    HOLDS = "holds"
    FAILS = "fails"
    UNKNOWN = "unknown"


Fact = str | int | float | bool | None
Checks = Mapping[str, bool | None]


@dataclass(frozen=True, slots=True)
class Defence:
    """One answer; `opened_by` names the label or fact that raised the question, empty where nothing did."""

    id: str
    status: Status
    evidence: Mapping[str, Fact]
    opened_by: str = ""


def decide(checks: Checks) -> Status:
    """One measured no makes it fail, one missing fact leaves it unknown, else it holds."""
    answers = checks.values()
    if any(a is False for a in answers):
        return Status.FAILS
    return Status.UNKNOWN if any(a is None for a in answers) else Status.HOLDS


def words(checks: Checks) -> dict[str, Fact]:
    """The checks as evidence: true, false, or null for what is not known."""
    return dict(checks)
