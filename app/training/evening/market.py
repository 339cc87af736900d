"""Who sells what in the invented market? Sellers with size and papers, products with list price, price and true unit cost."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from app.training.evening.assortment import CATEGORIES, PROVINCES, STANDARD_GOODS, Category
from app.training.evening.roles import Role


@dataclass(frozen=True, slots=True)
class Product:
    """One product of one seller. Money in rupiah; `daily_units` is its usual pace."""

    product_id: str
    seller_id: str
    category: Category
    name: str
    match_group: str | None
    match_score: float | None
    list_price: int
    price: int
    cost: int
    daily_units: float
    stock: int


@dataclass(frozen=True, slots=True)
class Seller:
    """One shop: what is known of its size, which papers exist and which fields its platform sends."""

    seller_id: str
    size_class: str | None
    size_status: str
    role: str | None
    owner_group: str | None
    owner_size_class: str | None
    province: str
    claims_cost: bool
    documented: bool
    sends_funding: bool
    sends_list: bool
    live_rate: float
    usual_minutes: int
    products: tuple[Product, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Part:
    """A role given to one product of one seller."""

    role: Role
    depth: float
    seller: Seller
    product: Product


@dataclass(frozen=True, slots=True)
class Market:
    """Every seller, and the parts that some of their products play tonight."""

    sellers: tuple[Seller, ...]
    parts: tuple[Part, ...]


SIZES = ("micro", "small", "medium", "large", None)
SIZE_SHARE = (0.42, 0.25, 0.13, 0.10, 0.10)
PACE = {"micro": 28.0, "small": 50.0, "medium": 100.0, "large": 180.0, None: 40.0}
"""Units a day of one product, by size."""
RANGE = {"micro": (4, 7), "small": (5, 9), "medium": (8, 12), "large": (10, 14), None: (4, 8)}
STEP = 100
"""Live prices are quoted in hundreds of rupiah."""


def round_price(value: float) -> int:
    """The nearest hundred rupiah, never under one step."""
    return max(STEP, round(value / STEP) * STEP)


def _seller(rng: np.random.Generator, number: int, role: Role | None) -> Seller:
    size = SIZES[int(rng.choice(len(SIZES), p=SIZE_SHARE))] if role is None else role.size_class
    status = ("unknown" if size is None else str(rng.choice(["known", "declared"], p=[0.7, 0.3]))) if role is None else role.size_status
    owned = size in ("medium", "large")
    draws = rng.random(3)
    producer = size == "large" and (role is not None or draws[0] < 0.6)
    return Seller(
        seller_id=f"toko-{number:04d}",
        size_class=size,
        size_status=status,
        role=None if size is None else "producer" if producer else str(rng.choice(["distributor", "reseller"])),
        owner_group=None if size is None else f"grup-{number:04d}",
        owner_size_class=size if owned or status == "known" else None,
        province=str(rng.choice(PROVINCES)),
        claims_cost=bool(draws[1] < 0.3) if role is None else role.claims_cost,
        documented=bool(owned and draws[2] < 0.5) if role is None else role.documented,
        sends_funding=role is not None or number % 7 != 3,
        sends_list=bool(rng.random() < 0.95) if role is None else True,
        live_rate=float(rng.uniform(0.5, 0.95)),
        usual_minutes=int(rng.integers(60, 180)),
    )


def _product(rng: np.random.Generator, seller: Seller, category: Category, good: int, base: float, number: int) -> Product:
    standard = good < STANDARD_GOODS
    # the same thing costs nearly the same everywhere; what differs by maker also differs in price
    price = round_price(base * float(np.clip(rng.normal(1.0, 0.015), 0.97, 1.03) if standard else rng.uniform(0.85, 1.2)))
    thrift = 0.96 if seller.size_class == "large" else 1.0
    cost = int(price * float(rng.uniform(*category.cost_share)) * thrift)
    pace = PACE[seller.size_class] * float(rng.lognormal(0.0, 0.5))
    score = None if not standard else round(float(rng.uniform(0.9, 1.0) if rng.random() < 0.88 else rng.uniform(0.7, 0.89)), 3)
    return Product(
        product_id=f"p-{seller.seller_id[5:]}-{number:02d}",
        seller_id=seller.seller_id,
        category=category,
        name=category.goods[good],
        match_group=f"{category.category_id}/{good}" if standard else None,
        match_score=score,
        list_price=round_price(price / float(rng.uniform(0.72, 0.95))),
        price=price,
        cost=cost,
        daily_units=pace,
        stock=int(pace * rng.uniform(15, 70)) + 40,
    )


def _shelf(rng: np.random.Generator, seller: Seller, bases: np.ndarray) -> tuple[Product, ...]:
    low, high = RANGE[seller.size_class]
    count = int(rng.integers(low, high + 1))
    kinds = rng.choice(len(CATEGORIES), size=int(np.ceil(count / 6)), replace=False)
    goods = [(int(k), g) for k in kinds for g in range(len(CATEGORIES[int(k)].goods))]
    chosen = sorted(rng.choice(len(goods), size=count, replace=False).tolist())
    return tuple(_product(rng, seller, CATEGORIES[goods[i][0]], goods[i][1], float(bases[goods[i]]), n) for n, i in enumerate(chosen))


def _fit(product: Product, role: Role) -> Product:
    """The product as its role needs it: slow with a full store for a clearance, cheap to make for the efficient one."""
    if role.kind == "clearance":
        return replace(product, daily_units=1.4, stock=2_400)
    if role.kind == "low_cost":
        price = round_price(product.price * 0.78)
        return replace(
            product, price=price, cost=int(price * 0.72), list_price=round_price(price / 0.9), match_group=None, match_score=None
        )
    return replace(product, daily_units=max(product.daily_units, 60.0), stock=max(product.stock, 4_000))


def build_market(rng: np.random.Generator, sellers: int, casting: list[tuple[Role, float]]) -> Market:
    """A market of at least `sellers` shops; the first ones are made for the parts that are cast."""
    bases = np.array([np.exp(rng.uniform(np.log(c.low), np.log(c.high), size=len(c.goods))) for c in CATEGORIES])
    found: list[Seller] = []
    parts: list[Part] = []
    for number in range(max(sellers, len(casting) + 20)):
        role, depth = casting[number] if number < len(casting) else (None, 0.0)
        seller = _seller(rng, number, role)
        shelf = _shelf(rng, seller, bases)
        if role is not None:
            star = _fit(shelf[0], role)
            seller = replace(seller, products=(star, *shelf[1:]))
            parts.append(Part(role, depth, seller, star))
        else:
            seller = replace(seller, products=shelf)
        found.append(seller)
    return Market(tuple(found), tuple(parts))
