"""Of what is a made-up live put together? Goods with a true cost, offers minute by minute, one live of one or more pairs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from app.domain.time import HOUR_US, MINUTE_US, day_start_us, iso

PLATFORM: Final = "serupa"
"""An invented platform."""
TUESDAY: Final = 20_746
"""2026-10-20 as a day number: no campaign, no payday."""
PAYDAY: Final = TUESDAY + 6
DOUBLE_DAY: Final = TUESDAY + 22
"""2026-10-26 and 2026-11-11 in data/calendar.csv."""
EVENING_HOURS: Final = 19.0
STEP: Final = 100
"""Rupiah: prices stand on it."""
FOREVER: Final = 1e9


@dataclass(frozen=True, slots=True)
class Goods:
    """One seller's product. Money in rupiah, units whole. `cost_lo`, `cost_hi`: the documented (T1) cost interval."""

    seller_id: str
    product_id: str
    category_id: str
    cost_lo: int
    cost_hi: int
    usual: int
    list_price: int
    daily: int
    """Units on an ordinary day."""
    stock: int
    past: tuple[float, ...] = (1.0,)
    """Price on earlier days over the usual one, repeated in turn; the last one stands for yesterday. Empty: never sold before."""
    elsewhere: int = 60
    """Units a day of the seller's other goods."""
    shelf_life_days: int | None = None
    rivals: tuple[int, ...] = ()
    """What other owners of matched products asked on earlier days."""


@dataclass(frozen=True, slots=True)
class Offer:
    """From `start` until `end` (seconds of the live) this is asked. Money per unit (B2)."""

    start: float
    end: float
    price: int
    platform_discount: int = 0
    seller_voucher: int = 0
    platform_voucher: int = 0
    promotion: dict[str, Any] | None = None
    list_price: int | None = None
    quota: int | None = None
    """After so many units nobody can buy any more."""
    sold: bool = True
    """False: shown, but nobody buys at it (a bid)."""
    cancelled: float = 0.02
    """Share of lines taken back within minutes."""
    withdrawn_at: float | None = None
    """Second of the live by which the platform has cancelled every line of this offer."""
    fees: dict[str, int] = field(default_factory=dict)
    """Fee per unit by name of its `_total`."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A product in a live. `gap`: mean seconds between order lines; `units`: largest quantity of a line; `extra`: further lines."""

    goods: Goods
    offers: tuple[Offer, ...]
    gap: float = 40.0
    units: int = 2
    extra: tuple[tuple[float, int, int], ...] = ()
    """(second, price, quantity) of lines at a price of their own, such as hammer prices and gifts."""
    restocked: int = 0
    """Units that come in during the live: a clearance has none."""


@dataclass(frozen=True, slots=True)
class Live:
    """One session. `day`: local day number."""

    session_id: str
    day: int
    minutes: float
    pairs: tuple[Pair, ...]
    start_hour: float = EVENING_HOURS

    @property
    def start_us(self) -> int:
        """UTC microseconds."""
        return day_start_us(self.day) + int(self.start_hour * HOUR_US)


def rounded(price: float) -> int:
    """A price on the shop's step, at least one step."""
    return max(STEP, round(price / STEP) * STEP)


def goods(rng: np.random.Generator, name: str, *, margin: tuple[float, float] = (0.10, 0.45), **changes: Any) -> Goods:
    """A large seller's product with documented cost; `margin` is the usual price over cost, less one."""
    cost = rounded(float(np.exp(rng.uniform(np.log(15_000), np.log(180_000)))))
    usual = rounded(cost * (1 + rng.uniform(*margin)))
    plain = Goods(
        seller_id=f"toko-{name}",
        product_id=f"p-{name}",
        category_id=f"kategori-{rng.integers(12)}",
        cost_lo=cost,
        cost_hi=cost,
        usual=usual,
        list_price=rounded(usual * rng.uniform(1.05, 1.5)),
        daily=int(rng.integers(25, 90)),
        stock=int(rng.integers(400, 900)),
        past=tuple(float(x) for x in rng.normal(1, 0.012, size=28).clip(0.97, 1.03)),
        elsewhere=int(rng.integers(60, 200)),
    )
    return _with(plain, changes)


def _with(plain: Goods, changes: dict[str, Any]) -> Goods:
    known = {name: getattr(plain, name) for name in Goods.__dataclass_fields__}
    return Goods(**(known | changes))


def announced(name: str, kind: str, starts_us: int, minutes: float, *, quota: int | None, told: float | None = 24.0) -> dict[str, Any]:
    """A promotion as a platform posts it; `told`: hours before its start at which it was announced, None: never."""
    facts = {
        "promotion_id": name,
        "promotion_kind": kind,
        "promotion_starts_at": iso(starts_us),
        "promotion_ends_at": iso(starts_us + int(minutes * MINUTE_US)),
        "promotion_announced_at": None if told is None else iso(starts_us - int(told * HOUR_US)),
        "promotion_quota": quota,
        "promotion_funding": "seller",
    }
    return {key: value for key, value in facts.items() if value is not None}


def labelled(name: str, kind: str) -> dict[str, Any]:
    """A bare label: nothing that could be measured."""
    return {"promotion_id": name, "promotion_kind": kind}


def days_of_past(first_live_day: int) -> range:
    """The 28 local days before a first live."""
    return range(first_live_day - 28, first_live_day)
