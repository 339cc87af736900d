"""What does a product cost minute by minute in a live? A path of segments, each with price, funding and promotion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from app.domain.time import MINUTE_US
from app.training.evening.market import STEP, Product
from app.training.evening.promotions import Promotion, day_factor, flash_sale, honest, labelled
from app.training.evening.sessions import Session, Slot


@dataclass(frozen=True, slots=True)
class Segment:
    """From `start_us` until `end_us` this price is asked. Money per unit, in rupiah (B2)."""

    start_us: int
    end_us: int
    price: int
    platform_discount: int = 0
    seller_voucher: int = 0
    promotion: Promotion | None = None

    @property
    def seller_price(self) -> int:
        """p_s: what the seller receives for a unit, fees aside."""
        return self.price + self.platform_discount - self.seller_voucher


def _cut(base: Segment, inner: Segment) -> list[Segment]:
    """The base path with one stretch of it replaced."""
    before = Segment(base.start_us, inner.start_us, base.price, base.platform_discount, base.seller_voucher, base.promotion)
    after = Segment(inner.end_us, base.end_us, base.price, base.platform_discount, base.seller_voucher, base.promotion)
    return [s for s in (before, inner, after) if s.end_us > s.start_us]


def _base(rng: np.random.Generator, session: Session, slot: Slot, day: date) -> Segment:
    """The everyday price of tonight: campaign days and star hosts ask less, some shops hand out a voucher of their own."""
    product = slot.product
    label, factor = day_factor(day)
    star = 0.97 if session.host.tier == "celebrity" else 1.0
    price = honest(product.price * factor * star * float(np.clip(rng.normal(1, 0.006), 0.985, 1.015)), product)
    room = price - honest(0, product)
    voucher = min(room, STEP * int(rng.integers(2, 10))) if slot.seller.sends_funding and rng.random() < 0.10 else 0
    promotion = labelled(f"k-{day.isoformat()}", label, session.start_us, session.end_us) if label else None
    return Segment(session.start_us, session.end_us, price, 0, voucher, promotion)


def ordinary_path(rng: np.random.Generator, session: Session, slot: Slot, day: date, name: str) -> list[Segment]:
    """An honest evening: mostly one price, sometimes a flash sale or a clearance label, never under cost."""
    base = _base(rng, session, slot, day)
    draw = float(rng.random())
    minutes = int(rng.integers(10, 31))
    late = session.end_us - (minutes + 5) * MINUTE_US
    if draw < 0.12 and late > session.start_us + 5 * MINUTE_US:
        start = int(rng.integers(session.start_us + 5 * MINUTE_US, late)) // 1000 * 1000
        quota = int(rng.integers(3, 20)) * 10
        promotion = flash_sale(rng, name, start, minutes, quota, announced=bool(rng.random() < 0.8))
        price = honest(base.price * float(rng.uniform(0.75, 0.92)), slot.product)
        return _cut(base, Segment(start, promotion.ends_us, price, promotion=promotion))
    if draw < 0.15:
        promotion = labelled(name, "clearance", session.start_us, session.end_us)
        return [Segment(base.start_us, base.end_us, honest(base.price * float(rng.uniform(0.7, 0.85)), slot.product), 0, 0, promotion)]
    return [base]


def _under(product: Product, depth: float) -> int:
    """A price at least `depth` under the true unit cost."""
    return int(product.cost * (1 - depth)) // STEP * STEP


def role_path(rng: np.random.Generator, session: Session, slot: Slot, name: str) -> list[Segment]:
    """The path that a part asks for."""
    part, product = slot.part, slot.product
    assert part is not None
    kind = part.role.kind
    base = Segment(session.start_us, session.end_us, honest(product.price, product))
    if kind == "low_cost":
        return [base]
    low, high = part.role.minutes
    minutes = int(rng.integers(low, high + 1))
    # starting on a full minute some minutes into the live, after the everyday price has been shown
    start = (session.start_us // MINUTE_US + int(rng.integers(6, 15))) * MINUTE_US
    end = min(start + minutes * MINUTE_US, session.end_us - 2 * MINUTE_US)
    price, discount, promotion = _under(product, part.depth), 0, None
    if kind == "flash_sale":
        promotion = flash_sale(rng, name, start, minutes, 100)
    elif kind == "loss_labelled":
        promotion = labelled(name, "flash_sale", start, end)
    elif kind == "clearance":
        # what is cleared stays cheap until the live ends
        end = session.end_us
        promotion = labelled(name, "clearance", start, end)
    elif kind == "platform_funded":
        promotion = labelled(name, "campaign", start, end, "platform")
        discount = base.price - price
    return _cut(base, Segment(start, end, price, discount, 0, promotion))


def path_of(rng: np.random.Generator, session: Session, slot: Slot, day: date, name: str) -> list[Segment]:
    """The segments of a slot, in order and without gaps."""
    return ordinary_path(rng, session, slot, day, name) if slot.part is None else role_path(rng, session, slot, name)
