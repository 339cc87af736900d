"""Who sells what in a market where a shared discount is not the same loss? Many shops whose lists, margins and cuts differ by habit.

The evenings of `build.py` plant few losses, by role, among shops alike. What known costs teach can only be seen where shops differ:
here list prices are inflated by habit, thrift and margins differ by shop and category, suppliers' prices move from week to week (lists
follow, the past does not), and the same goods cost nearly the same everywhere (CV about 6 %; nearly all goods are matched, as
detection-study 2 saw). A loss is nobody's role: it happens where a cut exceeds a margin.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from app.domain.snapshot import CATALOGUE_SCHEMA, SELLERS_SCHEMA
from app.training.evening.assortment import CATEGORIES
from app.training.evening.market import STEP
from app.training.evening.wire import PLATFORM

Floats = npt.NDArray[np.float64]

SHOP_THRIFT: Final = 0.035
GOOD_THRIFT: Final = 0.05
"""Standard deviations (ln) of what a shop pays beside the others: over its whole shelf and per product; together about 6 %."""
EVERYDAY_CUT: Final = (0.05, 0.60)
"""Least and most of a shop's everyday ln(list / price): 5 to 45 % off."""
SUPPLY: Final = 0.04
"""Standard deviation (ln) of a week's change of what a good costs everybody."""
WEEKS: Final = 6
SHELF: Final = (5, 9)
MATCHED: Final = 0.93
"""Share of goods whose match is good enough (>= 0.9)."""
GROUPED: Final = 0.15
"""Share of shops that share an owner with the shop before."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """One product at one shop: cost's share of the everyday price, ln(list / everyday price), true unit cost by week in rupiah."""

    seller_id: str
    product_id: str
    category_id: str
    match_group: str | None
    match_score: float | None
    share: float
    everyday: float | None
    costs: tuple[int, ...]

    def usual(self, week: int) -> float:
        """The everyday price: a fixed share of it is cost."""
        return self.costs[week] / self.share

    def list_price(self, week: int) -> int | None:
        """The shown list price, inflated by habit; None at a shop that shows none."""
        return None if self.everyday is None else rounded(self.usual(week) * float(np.exp(self.everyday)))


@dataclass(frozen=True, slots=True)
class Shop:
    """One seller and its habits: how often and how deep (mean, ln) it cuts in a live, how far its prices wander, how often it is on air."""

    seller_id: str
    owner_group: str | None
    cut_share: float
    cut_depth: float
    wander: float
    live_rate: float
    shelf: tuple[Shelf, ...]


def rounded(price: float) -> int:
    """Whole hundreds of rupiah, as live prices and papers have them."""
    return max(STEP, round(price / STEP) * STEP)


def _product(
    rng: np.random.Generator, shop: dict[str, float], product_id: str, seller_id: str, what: tuple[int, int], bases: Floats
) -> Shelf:
    kind, good = what
    category = CATEGORIES[kind]
    low, high = category.cost_share
    share = low + (high - low) * float(np.clip(shop["margin"] + rng.normal(0, 0.25), 0, 1))
    everyday = max(0.02, shop["list"] + float(rng.normal(0, 0.06)))
    paid = float(np.exp(shop["thrift"] + rng.normal(0, GOOD_THRIFT)))
    return Shelf(
        seller_id,
        product_id,
        category.category_id,
        f"{category.category_id}/{good}",
        round(float(rng.uniform(0.9, 1.0) if rng.random() < MATCHED else rng.uniform(0.7, 0.89)), 3),
        share,
        everyday if shop["lists"] else None,
        tuple(rounded(float(base) * paid) for base in bases[kind, good]),
    )


def _shop(rng: np.random.Generator, number: int, group: str | None, bases: Floats) -> Shop:
    seller_id = f"toko-{number:04d}"
    habits = {
        "thrift": float(rng.normal(0, SHOP_THRIFT)),
        "margin": float(rng.uniform(0, 1)),
        "list": float(rng.uniform(*EVERYDAY_CUT)),
        "lists": float(rng.random() < 0.95),
    }
    kinds = rng.choice(len(CATEGORIES), size=2, replace=False).tolist()
    goods = [(k, g) for k in kinds for g in range(len(CATEGORIES[k].goods))]
    chosen = sorted(rng.choice(len(goods), size=int(rng.integers(SHELF[0], SHELF[1] + 1)), replace=False).tolist())
    # the same shop inflates one category's lists more than the other's
    tilt = {k: float(rng.normal(0, 0.08)) for k in kinds}
    shelf = tuple(
        _product(rng, habits | {"list": habits["list"] + tilt[goods[i][0]]}, f"p-{seller_id[5:]}-{n:02d}", seller_id, goods[i], bases)
        for n, i in enumerate(chosen)
    )
    return Shop(
        seller_id,
        group,
        cut_share=float(rng.beta(2, 4)),
        cut_depth=float(rng.uniform(0.05, 0.25)),
        wander=float(rng.uniform(0.02, 0.10)),
        live_rate=float(rng.uniform(0.4, 0.9)),
        shelf=shelf,
    )


def build_shops(rng: np.random.Generator, sellers: int) -> tuple[Shop, ...]:
    """`sellers` shops; about one in seven shares its owner with the shop before it."""
    goods = np.array([rng.uniform(np.log(c.low), np.log(c.high), size=len(c.goods)) for c in CATEGORIES])
    moves = rng.normal(0, SUPPLY, size=(*goods.shape, WEEKS)).cumsum(axis=-1)
    bases = np.exp(goods[..., None] + moves) * 0.7
    owners: list[str | None] = []
    for number in range(sellers):
        shared = number > 0 and rng.random() < GROUPED
        owners.append(owners[-1] if shared else f"grup-{number:04d}")
    return tuple(_shop(rng, number, owner, bases) for number, owner in enumerate(owners))


def sellers_of(shops: tuple[Shop, ...]) -> pl.DataFrame:
    """SELLERS_SCHEMA: owners are known, sizes are not."""
    rows = [{"platform": PLATFORM, "seller_id": s.seller_id, "size_status": "unknown", "owner_group": s.owner_group} for s in shops]
    return pl.DataFrame(rows, schema=SELLERS_SCHEMA)


def catalogue_of(shops: tuple[Shop, ...]) -> pl.DataFrame:
    """CATALOGUE_SCHEMA: which products are the same thing."""
    rows = [
        {
            "platform": PLATFORM,
            "product_id": p.product_id,
            "category_id": p.category_id,
            "match_group": p.match_group,
            "match_score": p.match_score,
        }
        for s in shops
        for p in s.shelf
    ]
    return pl.DataFrame(rows, schema=CATALOGUE_SCHEMA)
