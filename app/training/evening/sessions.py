"""Which lives run tonight? Start, length, host and line-up of every session; affiliates sell for several shops."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.domain.time import HOUR_US, MINUTE_US
from app.training.evening.hosts import KIND_SHARE, KINDS, Host, draw_host
from app.training.evening.market import Market, Part, Product, Seller


@dataclass(frozen=True, slots=True)
class Slot:
    """One product in one live, with the part that it plays there (none: ordinary)."""

    seller: Seller
    product: Product
    part: Part | None


@dataclass(frozen=True, slots=True)
class Session:
    """One live broadcast."""

    session_id: str
    host: Host
    start_us: int
    end_us: int
    slots: tuple[Slot, ...]


def _own_shelf(seller: Seller, part: Part | None, taken: set[str]) -> list[Slot]:
    """The shop's products; a product that plays a part does so in this live only."""
    shelf = [Slot(seller, p, None) for p in seller.products if p.product_id not in taken]
    return ([Slot(seller, part.product, part)] if part else []) + shelf


def _mixed_shelf(rng: np.random.Generator, market: Market, part: Part | None, taken: set[str]) -> list[Slot]:
    """Wares of four to nine shops on one table."""
    shops = rng.choice(len(market.sellers), size=min(len(market.sellers), int(rng.integers(4, 10))), replace=False)
    slots = [Slot(part.seller, part.product, part)] if part else []
    for index in shops.tolist():
        seller = market.sellers[index]
        wares = [p for p in seller.products if p.product_id not in taken]
        picked = rng.choice(len(wares), size=min(len(wares), int(rng.integers(2, 5))), replace=False)
        slots += [Slot(seller, wares[i], None) for i in sorted(picked.tolist())]
    return slots


def _span(rng: np.random.Generator, minutes: float, opening_us: int, hours: float, part: Part | None) -> tuple[int, int]:
    """Start and end inside the evening; a live with a part starts early and is long enough for it."""
    room = hours * 60
    length = float(np.clip(rng.normal(minutes, 0.12 * minutes), 45, room))
    if part is not None:
        length = min(room, max(length, part.role.minutes[1] + 35))
    start = float(rng.uniform(0, room - length)) ** (0.8 if part is None else 0.6)
    start_us = opening_us + int(start * MINUTE_US) // 1000 * 1000
    return start_us, min(start_us + int(length * MINUTE_US) // 1000 * 1000, opening_us + int(hours * HOUR_US))


def plan_sessions(rng: np.random.Generator, market: Market, *, name: str, count: int, opening_us: int, hours: float) -> tuple[Session, ...]:
    """`count` lives between the opening hour and `hours` later; parts come first, every third of them at an affiliate's table."""
    taken = {part.product.product_id for part in market.parts}
    free = [s for s in market.sellers if s.seller_id not in {p.seller.seller_id for p in market.parts}]
    shops = iter(rng.permutation(len(free)).tolist())
    found: list[Session] = []
    for number in range(max(count, len(market.parts))):
        part = market.parts[number] if number < len(market.parts) else None
        kind = str(rng.choice(KINDS, p=KIND_SHARE)) if part is None else "affiliate" if number % 3 == 1 else "seller"
        host = draw_host(rng, number, kind, None if part is None else "macro" if kind == "affiliate" else "micro")
        owner = part.seller if part else free[next(shops)] if kind == "seller" else None
        own = kind == "seller" and owner is not None
        slots = _own_shelf(owner, part, taken) if own and owner else _mixed_shelf(rng, market, part, taken)
        minutes = owner.usual_minutes if own and owner else float(rng.uniform(80, 200))
        start_us, end_us = _span(rng, minutes, opening_us, hours, part)
        found.append(Session(f"{name}-{number:03d}", host, start_us, end_us, tuple(slots)))
    return tuple(found)
