"""Which lawful promotions run? Flash sales with quota and announcement, paydays, campaign days, clearance labels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import numpy as np

from app.domain.time import HOUR_US, MINUTE_US
from app.training.evening.market import STEP, Product, round_price

HONEST_FLOOR = 1.02
"""No honest price goes under the true unit cost plus two percent."""


@dataclass(frozen=True, slots=True)
class Promotion:
    """What the platform says about a promotion; a missing fact is null and costs an answer."""

    promotion_id: str
    kind: str
    starts_us: int
    ends_us: int
    announced_us: int | None
    quota: int | None
    funding: str | None


def honest(price: float, product: Product) -> int:
    """The price, lifted to the honest floor where it would fall under it."""
    floor = math.ceil(product.cost * HONEST_FLOOR / STEP) * STEP
    return max(round_price(price), floor)


def day_factor(day: date) -> tuple[str | None, float]:
    """Campaign day or payday, and the share of the everyday price that is asked on it."""
    if day.month == day.day and day.month >= 9:
        return "campaign", 0.88
    if 25 <= day.day <= 27:
        return "payday", 0.95
    return None, 1.0


def flash_sale(
    rng: np.random.Generator, name: str, start_us: int, minutes: int, quota: int | None = None, *, announced: bool = True
) -> Promotion:
    """A flash sale; announced one to two days before unless it is not."""
    before = int(rng.integers(20, 48)) * HOUR_US if announced else None
    return Promotion(
        promotion_id=name,
        kind="flash_sale",
        starts_us=start_us,
        ends_us=start_us + minutes * MINUTE_US,
        announced_us=None if before is None else start_us - before,
        quota=quota,
        funding="seller",
    )


def labelled(name: str, kind: str, start_us: int, end_us: int, funding: str = "seller") -> Promotion:
    """A bare label: kind, start and end, nothing measured."""
    return Promotion(name, kind, start_us, end_us, None, None, funding)
