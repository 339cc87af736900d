"""Which lawful sellers would come out HIGH today, for want of a fact or of a defence? Printed beside the look-alikes, never among them."""

from __future__ import annotations

from typing import Final

import numpy as np

from app.training.look_alikes.funding import many_gifts, slip_seen_late
from app.training.look_alikes.kind import Kind
from app.training.look_alikes.stage import FOREVER, TUESDAY, Live, Offer, Pair, goods, labelled, rounded

EVENING: Final = 36.0


def _one(name: str, *pairs: Pair) -> list[Live]:
    return [Live(f"s-{name}", TUESDAY, EVENING, pairs)]


def long_launch(rng: np.random.Generator, name: str) -> list[Live]:
    """A new product under cost all evening."""
    item = goods(rng, name, past=())
    price = rounded(item.cost_lo * rng.uniform(0.75, 0.95))
    return _one(name, Pair(item, (Offer(0, FOREVER, price, promotion=labelled(f"new-{name}", "introductory")),), gap=90))


def plain_leader(rng: np.random.Generator, name: str) -> list[Live]:
    """A loss leader all evening that nobody announced and nothing limits; the basket beside it earns."""
    item = goods(rng, name)
    leader = Pair(item, (Offer(0, FOREVER, rounded(item.cost_lo * rng.uniform(0.8, 0.95))),), gap=90, units=1)
    other = goods(rng, f"{name}-b", margin=(0.3, 0.6), seller_id=item.seller_id)
    return _one(name, leader, Pair(other, (Offer(0, FOREVER, other.usual),), gap=90, units=3))


def gift_line(rng: np.random.Generator, name: str) -> list[Live]:
    """A bundle whose price stands on one line, the other line at Rp1,000: the bundle earns, the second product seems to lose."""
    first = goods(rng, name, margin=(0.6, 0.9))
    cost = first.cost_lo // 4
    gift = goods(rng, f"{name}-b", seller_id=first.seller_id, cost_lo=cost, cost_hi=cost, usual=rounded(cost * 1.3))
    label = labelled(f"b-{name}", "bundle")
    full, rest = Offer(0, FOREVER, first.usual, promotion=label), Offer(0, FOREVER, 1000, promotion=label)
    return _one(name, Pair(first, (full,), gap=90), Pair(gift, (rest,), gap=90))


def one_cost_for_all(rng: np.random.Generator, name: str) -> list[Live]:
    """Two sizes under one product whose paper gives one mean cost: when the small ones sell, the mean price falls under it."""
    item = goods(rng, name, margin=(0.05, 0.2))
    mean = rounded(item.cost_lo * (1 + rng.uniform(1.5, 2.0)) / 2)
    mixed = goods(rng, name, cost_lo=mean, cost_hi=mean, usual=rounded(mean * 1.2), category_id=item.category_id)
    return _one(name, Pair(mixed, (Offer(0, FOREVER, item.usual),), gap=90))


KINDS: Final = (
    Kind("launch_all_evening", "new goods under cost for 36 minutes", "nothing: D1 needs the shares of a market", True, long_launch),
    Kind("leader_without_papers", "the basket earns", "nothing: no rule holds a basket's margin to a product", True, plain_leader),
    Kind("bundle_on_one_line", "the bundle earns", "nothing: no field ties the lines of a bundle", True, gift_line),
    Kind("one_cost_for_all_sizes", "no size under its own cost", "nothing: cost papers know no variant", True, one_cost_for_all),
    Kind("slip_of_26_minutes", "corrected within 30 minutes", "D9 only once it is corrected; six windows come first", True, slip_seen_late),
    Kind("many_gifts", "gifts at Rp0", "nothing: E1 weighs every unit, also a gift", True, many_gifts),
)
