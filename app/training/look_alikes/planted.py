"""What is not lawful? The same sellers 15 % under a documented cost for half an hour and more, under no label or any."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from app.intake.fields import PROMOTION_KINDS
from app.training.look_alikes.stage import FOREVER, TUESDAY, Live, Offer, Pair, goods, labelled

DEPTH: Final = 0.15
MINUTES: Final = 48.0
LABELS: Final = ("", *PROMOTION_KINDS)


def planted(rng: np.random.Generator, name: str) -> list[Live]:
    """15 % under cost for 33 to 38 minutes, from the start or from some minute of the first ten."""
    item = goods(rng, name)
    a = float(rng.uniform(1, 10)) * 60 if rng.random() < 0.7 else 0.0
    b = a + float(rng.uniform(33, 38)) * 60
    low = Offer(a, b, round(item.cost_lo * (1 - DEPTH)))
    before = (Offer(0, a, item.usual),) if a else ()
    return [Live(f"s-{name}", TUESDAY, MINUTES, (Pair(item, (*before, low, Offer(b, FOREVER, item.usual)), gap=60),))]


def under(lives: list[Live], label: str) -> list[Live]:
    """The same lives, every price under a bare label: nothing else is changed."""
    if not label:
        return lives
    return [replace(live, pairs=tuple(_labelled(pair, label, live.session_id) for pair in live.pairs)) for live in lives]


def _labelled(pair: Pair, label: str, name: str) -> Pair:
    return replace(pair, offers=tuple(replace(o, promotion=labelled(f"l-{name}", label)) for o in pair.offers))
