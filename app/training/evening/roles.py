"""Which special parts are cast in an evening? The planted losses and the honest ones that look like them, with what is expected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np


@dataclass(frozen=True, slots=True)
class Role:
    """A part: the seller it needs, what its price does, and the severities between which an answer is right (E2)."""

    kind: str
    planted: bool
    size_class: str | None
    size_status: str
    documented: bool
    claims_cost: bool
    depth: tuple[float, float]
    minutes: tuple[int, int]
    least: str
    most: str
    why: str


ORDINARY: Final = Role("ordinary", False, None, "", False, False, (0, 0), (0, 0), "NONE", "LOW", "sold above its true unit cost throughout")

LOSSES: Final = {
    role.kind: role
    for role in (
        Role(
            "loss_documented", True, "large", "known", True, False, (0.12, 0.35), (48, 80), "HIGH", "HIGH",
            "official shop of a large producer, 48 minutes or more under its accepted cost paper (T1), nothing excuses it",
        ),
        Role(
            "loss_declared", True, "medium", "known", False, True, (0.10, 0.30), (48, 80), "MEDIUM", "MEDIUM",
            "48 minutes or more under the seller's own declared cost (T2): L3 lasting, no L4 without a cost paper",
        ),
        Role(
            "loss_size_unknown", True, None, "unknown", True, False, (0.10, 0.30), (48, 80), "MEDIUM", "MEDIUM",
            "lasting loss under a T1 cost, capped because the seller's size and owner are not established (A4)",
        ),
        Role(
            "loss_labelled", True, "large", "known", True, False, (0.08, 0.30), (48, 80), "HIGH", "HIGH",
            "labelled flash sale without quota or announcement: a label opens a defence, measured facts do not make it hold (E3)",
        ),
        Role(
            "loss_short", True, "large", "known", True, True, (0.08, 0.25), (14, 18), "MEDIUM", "MEDIUM",
            "two or three five-minute windows under a T1 cost: documented, not lasting",
        ),
    )
}  # fmt: skip
CASTING_ORDER: Final = (
    "loss_documented", "loss_declared", "loss_size_unknown", "loss_labelled",
    "loss_documented", "loss_declared", "loss_short", "loss_documented",
)  # fmt: skip

CONTRASTS: Final = (
    Role(
        "flash_sale", False, "large", "known", True, False, (0.12, 0.35), (20, 20), "LOW", "LOW",
        "announced 20-minute flash sale with a quota, as deep under cost as its planted twin, a small share of the month's units (D6)",
    ),
    Role(
        "clearance", False, "medium", "known", True, False, (0.08, 0.15), (60, 90), "LOW", "LOW",
        "clearance of a slow seller under cost: stock for years at the usual pace, falling all evening, labelled (D3)",
    ),
    Role(
        "low_cost", False, "large", "known", True, True, (0, 0), (0, 0), "NONE", "LOW",
        "cheap because its documented cost is low: above cost throughout",
    ),
    Role(
        "micro_below_cost", False, "micro", "known", True, False, (0.10, 0.20), (48, 70), "INFO", "INFO",
        "a micro seller owned by nobody larger sells under its T1 cost: exempt (R30)",
    ),
    Role(
        "platform_funded", False, "medium", "known", True, False, (0.15, 0.25), (60, 90), "NONE", "LOW",
        "the shown price is under cost, but the platform pays the cut back: the seller's price is above cost (B2, D7)",
    ),
)  # fmt: skip
SESSIONS_PER_CONTRAST: Final = 40


def cast(rng: np.random.Generator, sessions: int, prevalence: float) -> list[tuple[Role, float]]:
    """The parts of an evening with their depths; none at prevalence 0. The first flash sale is as deep as the first planted loss."""
    if prevalence <= 0:
        return []
    losses = max(1, round(prevalence * sessions))
    roles = [LOSSES[CASTING_ORDER[i % len(CASTING_ORDER)]] for i in range(losses)]
    roles += [role for role in CONTRASTS for _ in range(max(1, round(sessions / SESSIONS_PER_CONTRAST)))]
    depths = [float(rng.uniform(*role.depth)) for role in roles]
    twin = depths[0]
    return [(role, twin if role.kind == "flash_sale" else depth) for role, depth in zip(roles, depths, strict=True)]
