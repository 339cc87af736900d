"""Which promotions are lawful though they go deep? Flash sales, three-day deals, paydays, cycles, loss leaders with a quota."""

from __future__ import annotations

from typing import Final

import numpy as np

from app.domain.time import MINUTE_US, SECOND_US
from app.training.look_alikes.kind import Kind
from app.training.look_alikes.stage import (
    DOUBLE_DAY,
    FOREVER,
    PAYDAY,
    TUESDAY,
    Goods,
    Live,
    Offer,
    Pair,
    announced,
    goods,
    labelled,
    rounded,
)

CALM: Final = 36.0
"""Minutes: a live is as long as it must be for a loss to last, and no longer."""


def _under(rng: np.random.Generator, item: Goods, low: float, high: float) -> int:
    """A price this share under cost."""
    return rounded(item.cost_lo * (1 - rng.uniform(low, high)))


def _room(item: Goods) -> int:
    """A twelfth of the seller's month, which is under the tenth that D6 allows."""
    return (item.daily + item.elsewhere) * 24 // 12


def flash_sale(rng: np.random.Generator, name: str) -> list[Live]:
    """1 to 20 minutes, 10 to 40 % under cost; three in four are announced, the others are merely short."""
    item = goods(rng, name)
    begins, length = float(rng.uniform(2, 14)), float(rng.uniform(1, 20))
    live = Live(f"s-{name}", TUESDAY, CALM, ())
    starts = live.start_us + int(begins * 60 * SECOND_US)
    quota = int(rng.integers(20, min(120, _room(item))))
    told = 24.0 if rng.random() < 0.75 else None
    promotion = announced(f"fs-{name}", "flash_sale", starts, length, quota=quota, told=told)
    a, b = begins * 60, (begins + length) * 60
    deal = Offer(a, b, _under(rng, item, 0.10, 0.40), promotion=promotion, quota=quota)
    offers = (Offer(0, a, item.usual), deal, Offer(b, FOREVER, item.usual))
    return [Live(live.session_id, live.day, live.minutes, (Pair(item, offers, gap=45),))]


def flash_deal(rng: np.random.Generator, name: str) -> list[Live]:
    """One deal of 72 hours in three evenings, 5 to 30 % under cost, announced, with a quota for all three."""
    item = goods(rng, name)
    quota = _room(item)
    price = _under(rng, item, 0.05, 0.30)
    first = Live(f"s-{name}-0", TUESDAY, CALM, ())
    promotion = announced(f"fd-{name}", "flash_sale", first.start_us - 60 * MINUTE_US, 72 * 60, quota=quota)
    deal = Offer(0, FOREVER, price, promotion=promotion, quota=max(1, quota // 3))
    pair = Pair(item, (deal,), gap=90)
    return [Live(f"s-{name}-{n}", TUESDAY + n, CALM, (pair,)) for n in range(3)]


def _campaign(rng: np.random.Generator, name: str, day: int, kind: str) -> list[Live]:
    item = goods(rng, name, margin=(0.15, 0.45))
    thin = rounded(item.cost_lo * rng.uniform(1.01, 1.10))
    offers: tuple[Offer, ...] = (Offer(0, FOREVER, thin, promotion=labelled(f"k-{name}", kind)),)
    if rng.random() < 0.4:
        # the opening quarter of an hour goes under cost: short, with no paper to excuse it
        until = float(rng.uniform(5, 18)) * 60
        opening = Offer(0, until, _under(rng, item, 0.05, 0.25), promotion=labelled(f"k-{name}", kind))
        offers = (opening, Offer(until, FOREVER, thin, promotion=labelled(f"k-{name}", kind)))
    return [Live(f"s-{name}", day, CALM, (Pair(item, offers, gap=90),))]


def payday(rng: np.random.Generator, name: str) -> list[Live]:
    """A payday live: thin margin all evening, sometimes an opening under cost."""
    return _campaign(rng, name, PAYDAY, "payday")


def double_day(rng: np.random.Generator, name: str) -> list[Live]:
    """The same on 11.11."""
    return _campaign(rng, name, DOUBLE_DAY, "campaign")


def hi_lo(rng: np.random.Generator, name: str) -> list[Live]:
    """A cycle of one to four weeks; tonight the low phase, at or just over cost, as in the cycles before."""
    period = int(rng.choice((7, 14, 28)))
    cost = rounded(float(np.exp(rng.uniform(np.log(15_000), np.log(180_000)))))
    usual = rounded(cost * rng.uniform(1.2, 1.5))
    low = cost * rng.uniform(1.005, 1.06) / usual
    past = tuple(low if (28 - n) % period in (0, 1) and period < 28 else 1.0 for n in range(28))
    item = goods(rng, name, cost_lo=cost, cost_hi=cost, usual=usual, past=past)
    return [Live(f"s-{name}", TUESDAY, CALM, (Pair(item, (Offer(0, FOREVER, rounded(usual * low) + 100),), gap=90),))]


def loss_leader(rng: np.random.Generator, name: str) -> list[Live]:
    """An announced leader with a quota under cost all evening, and a basket beside it that earns more than it loses."""
    item = goods(rng, name)
    live = Live(f"s-{name}", TUESDAY, CALM, ())
    quota = _room(item)
    promotion = announced(f"ll-{name}", "flash_sale", live.start_us - MINUTE_US, CALM + 1, quota=quota)
    leader = Pair(item, (Offer(0, FOREVER, _under(rng, item, 0.05, 0.20), promotion=promotion, quota=quota),), gap=90, units=1)
    other = goods(rng, f"{name}-b", margin=(0.3, 0.6), seller_id=item.seller_id)
    basket = Pair(other, (Offer(0, FOREVER, other.usual),), gap=90, units=3)
    return [Live(live.session_id, live.day, live.minutes, (leader, basket))]


KINDS: Final = (
    Kind("flash_sale", "1 to 20 minutes, a quota, most announced before", "D6 where announced, else too short to last", True, flash_sale),
    Kind("flash_deal_72h", "72 hours, announced, a quota under a tenth of the month", "D6", True, flash_deal),
    Kind("payday", "thin margin over cost, at most an opening under it", "above cost, the opening too short to last", True, payday),
    Kind("double_day", "the same on 11.11", "above cost, the opening too short to last", True, double_day),
    Kind("hi_lo_cycle", "the low phase of a cycle stays at or over cost", "above cost", False, hi_lo),
    Kind("loss_leader", "announced, with a quota, and the basket earns", "D6 (the basket's margin is no built defence)", True, loss_leader),
)
