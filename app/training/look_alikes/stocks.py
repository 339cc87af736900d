"""Which low prices come from the goods themselves? Launches, expiry, ends of sizes, prices met, variants, bundles, lists, gifts."""

from __future__ import annotations

from typing import Final

import numpy as np

from app.training.look_alikes.kind import Kind
from app.training.look_alikes.stage import FOREVER, TUESDAY, Live, Offer, Pair, goods, labelled, rounded

EVENING: Final = 36.0


def _one(name: str, *pairs: Pair) -> list[Live]:
    return [Live(f"s-{name}", TUESDAY, EVENING, pairs)]


def launch(rng: np.random.Generator, name: str) -> list[Live]:
    """Never sold before; far under list, over cost but for a first quarter of an hour."""
    item = goods(rng, name, past=())
    price = rounded(item.cost_lo * rng.uniform(1.01, 1.08))
    label = labelled(f"new-{name}", "introductory")
    until = float(rng.uniform(5, 18)) * 60
    opening = Offer(0, until, rounded(item.cost_lo * rng.uniform(0.75, 0.95)), promotion=label)
    return _one(name, Pair(item, (opening, Offer(until, FOREVER, price, promotion=label)), gap=60))


def expiry(rng: np.random.Generator, name: str) -> list[Live]:
    """Perishable: at the usual price for the first minutes, then 10 to 50 % under cost to the end."""
    item = goods(rng, name, shelf_life_days=int(rng.integers(1, 8)))
    turns = float(rng.uniform(2, 5)) * 60
    late = rounded(item.cost_lo * (1 - rng.uniform(0.1, 0.5)))
    return _one(name, Pair(item, (Offer(0, turns, item.usual), Offer(turns, FOREVER, late)), gap=90))


def size_run(rng: np.random.Generator, name: str) -> list[Live]:
    """Odd sizes left: stock for more than half a year, falling, not filled up, 10 to 50 % under cost all evening."""
    daily = int(rng.integers(1, 4))
    item = goods(rng, name, daily=daily, stock=int(daily * rng.uniform(230, 400)))
    price = rounded(item.cost_lo * (1 - rng.uniform(0.1, 0.5)))
    return _one(name, Pair(item, (Offer(0, FOREVER, price, promotion=labelled(f"cl-{name}", "clearance")),), gap=90))


def matched(rng: np.random.Generator, name: str) -> list[Live]:
    """Three to six rivals have asked less than this seller's cost for weeks; tonight it meets their price, not less."""
    item = goods(rng, name, margin=(0.08, 0.2))
    level = item.cost_lo * rng.uniform(0.8, 0.97)
    rivals = tuple(rounded(level * x) for x in rng.uniform(0.98, 1.02, size=int(rng.integers(3, 7))))
    item = goods(rng, name, cost_lo=item.cost_lo, cost_hi=item.cost_hi, usual=item.usual, category_id=item.category_id, rivals=rivals)
    met = rounded(float(np.median(rivals))) + 100
    return _one(name, Pair(item, (Offer(0, FOREVER, met),), gap=90))


def bundle(rng: np.random.Generator, name: str) -> list[Live]:
    """A bundle's price is split over its lines by their worth: each line under its list price, none under its cost."""
    first, second = goods(rng, name, margin=(0.2, 0.5)), goods(rng, f"{name}-b", margin=(0.2, 0.5), seller_id=f"toko-{name}")
    share = rng.uniform(max(first.cost_lo / first.usual, second.cost_lo / second.usual) * 1.01, 0.97)
    label = labelled(f"b-{name}", "bundle")
    offers = [(Offer(0, FOREVER, rounded(g.usual * share) + 100, promotion=label),) for g in (first, second)]
    return _one(name, Pair(first, offers[0]), Pair(second, offers[1]))


def variant_mix(rng: np.random.Generator, name: str) -> list[Live]:
    """Small and large sizes under one product: the paper gives the cost of both, and tonight the small ones sell."""
    item = goods(rng, name, margin=(0.1, 0.3))
    small_cost, large_cost = item.cost_lo, rounded(item.cost_lo * rng.uniform(1.4, 2.2))
    small, large = item.usual, rounded(large_cost * rng.uniform(1.1, 1.3))
    mixed = goods(
        rng, name, cost_lo=small_cost, cost_hi=large_cost, usual=(small + large) // 2, category_id=item.category_id,
        list_price=rounded(large * 1.2),
    )  # fmt: skip
    turns = float(rng.uniform(2, 5)) * 60
    return _one(name, Pair(mixed, (Offer(0, turns, large), Offer(turns, FOREVER, small)), gap=90))


def list_inflation(rng: np.random.Generator, name: str) -> list[Live]:
    """The list price doubles and the price does not move: a false discount, no loss."""
    item = goods(rng, name)
    label = labelled(f"d-{name}", "other")
    asked = Offer(0, FOREVER, item.usual, list_price=rounded(item.list_price * rng.uniform(1.4, 2.5)), promotion=label)
    return _one(name, Pair(item, (asked,), gap=90))


KINDS: Final = (
    Kind("launch_price", "a new product, an opening under cost of 18 minutes at most", "too short to last (D1 is not built)", True, launch),
    Kind("expiry", "perishable by the catalogue, sold over cost before", "D2", True, expiry),
    Kind("size_run_clearance", "stock for more than 180 days, falling, not filled up", "D3", True, size_run),
    Kind("matched_price", "rivals asked as little before, and it asks no less", "D5", True, matched),
    Kind("bundle_split", "a bundle split by worth: no line under its cost", "above cost", False, bundle),
    Kind("variant_mix", "the mean falls, no size under its own cost", "the paper's interval: at most L3", False, variant_mix),
    Kind("list_inflation", "a false discount: the price stays", "above cost", False, list_inflation),
)
