"""Who holds the lives? Hosts by kind and tier, with the crowd that each draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np


@dataclass(frozen=True, slots=True)
class Host:
    """One host: a seller's own studio, an affiliate, a celebrity or the platform itself."""

    host_id: str
    kind: str
    tier: str
    peak_viewers: int


CROWD: Final = {"nano": (80, 400), "micro": (300, 1_500), "macro": (1_500, 7_000), "celebrity": (7_000, 30_000)}
"""Fewest and most viewers at the peak, by tier."""
TIERS: Final = {
    "seller": (("nano", "micro", "macro"), (0.45, 0.45, 0.10)),
    "affiliate": (("nano", "micro", "macro"), (0.25, 0.50, 0.25)),
    "celebrity": (("celebrity",), (1.0,)),
    "platform": (("macro",), (1.0,)),
}
KINDS: Final = ("seller", "affiliate", "celebrity", "platform")
KIND_SHARE: Final = (0.55, 0.30, 0.10, 0.05)


def draw_host(rng: np.random.Generator, number: int, kind: str, tier: str | None = None) -> Host:
    """A host of this kind, of a tier usual for it unless one is given."""
    names, shares = TIERS[kind]
    chosen = tier or str(rng.choice(names, p=shares))
    low, high = CROWD[chosen]
    return Host(f"h-{number:04d}", kind, chosen, int(np.exp(rng.uniform(np.log(low), np.log(high)))))
