"""What do the words of a judgement mean? Levels are facts, severities an order (DESIGN.md 1, SEMANTICS E1, E2)."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Level(IntEnum):
    """L0 nothing, L1 unusual only, L2 very low price, L3 possibly below cost, L4 below a documented cost."""

    L0 = 0
    L1 = 1
    L2 = 2
    L3 = 3
    L4 = 4


class Severity(IntEnum):
    """Ordered; the highest row of E2 that is met."""

    NONE = 0
    INFO = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4
    CRITICAL = 5


class CostTier(StrEnum):
    """How well a unit cost is known (B3)."""

    T1 = "T1"
    T2 = "T2"
    T3 = "T3"
    T4 = "T4"


class Role(StrEnum):
    """What an API key may do (DESIGN.md 3.2)."""

    PLATFORM = "platform"
    ANALYST = "analyst"
    APPROVER = "approver"
    ADMIN = "admin"
    OBSERVER = "observer"
    AUTHORITY = "authority"
