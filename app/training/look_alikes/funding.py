"""Which low prices are not the seller's, or no price at all? Platform money, shipping, slips, bids, gifts, lines taken back."""

from __future__ import annotations

from typing import Final

import numpy as np

from app.training.look_alikes.kind import Kind
from app.training.look_alikes.stage import FOREVER, TUESDAY, Goods, Live, Offer, Pair, goods, rounded

EVENING: Final = 36.0
AUCTION: Final = 180.0
"""Seconds of one auction."""


def _one(name: str, *pairs: Pair) -> list[Live]:
    return [Live(f"s-{name}", TUESDAY, EVENING, pairs)]


def _with_rivals(rng: np.random.Generator, name: str) -> Goods:
    item = goods(rng, name, margin=(0.08, 0.3))
    rivals = tuple(rounded(item.usual * x) for x in rng.uniform(0.97, 1.05, size=4))
    return goods(rng, name, cost_lo=item.cost_lo, cost_hi=item.cost_hi, usual=item.usual, category_id=item.category_id, rivals=rivals)


def platform_voucher(rng: np.random.Generator, name: str) -> list[Live]:
    """The platform's voucher at checkout takes the buyer's price under cost; the seller receives its usual price."""
    item = _with_rivals(rng, name)
    voucher = item.usual - rounded(item.cost_lo * rng.uniform(0.6, 0.95))
    return _one(name, Pair(item, (Offer(0, FOREVER, item.usual, platform_voucher=voucher),), gap=90))


def platform_discount(rng: np.random.Generator, name: str) -> list[Live]:
    """The shown price lies under cost; what is cut is paid back by the platform."""
    item = _with_rivals(rng, name)
    shown = rounded(item.cost_lo * rng.uniform(0.6, 0.95))
    received = max(item.cost_lo, rounded(item.usual * rng.uniform(0.95, 1.0)))
    return _one(name, Pair(item, (Offer(0, FOREVER, shown, platform_discount=received - shown),), gap=90))


def free_shipping(rng: np.random.Generator, name: str) -> list[Live]:
    """The seller pays the parcel: with it the sale may lose, the price itself stays over the documented cost."""
    item = goods(rng, name, margin=(0.01, 0.12))
    fees = {"seller_shipping": int(rng.integers(5, 15)) * 1000, "commission": item.usual * 5 // 100}
    return _one(name, Pair(item, (Offer(0, FOREVER, item.usual, fees=fees),), gap=90))


def _slip(rng: np.random.Generator, name: str, *, cancelled: bool, minutes: tuple[float, float] = (1, 25)) -> list[Live]:
    item = goods(rng, name)
    begins, length = float(rng.uniform(1, 6)), float(rng.uniform(*minutes))
    a, b = begins * 60, (begins + length) * 60
    typed = max(100, item.usual // 10)
    wrong = Offer(a, b, typed, withdrawn_at=b + 120 if cancelled else None, cancelled=0.3)
    after = (Offer(b, FOREVER, item.usual),)
    return _one(name, Pair(item, (Offer(0, a, item.usual), wrong, *after), gap=60))


def slip_corrected(rng: np.random.Generator, name: str) -> list[Live]:
    """A zero is missing for 1 to 25 minutes, then the price is right again; most orders are sent."""
    return _slip(rng, name, cancelled=False)


def slip_cancelled(rng: np.random.Generator, name: str) -> list[Live]:
    """The same, and every order is cancelled."""
    return _slip(rng, name, cancelled=True)


def slip_seen_late(rng: np.random.Generator, name: str) -> list[Live]:
    """The same, corrected in the last minutes that D9 allows."""
    return _slip(rng, name, cancelled=False, minutes=(25.5, 29.5))


def auction(rng: np.random.Generator, name: str) -> list[Live]:
    """Each lot starts at Rp1 and rises; what is sold is sold at the hammer price, over cost but for one in twenty."""
    item = goods(rng, name, margin=(0.15, 0.4))
    offers: list[Offer] = []
    hammer: list[tuple[float, int, int]] = []
    for lot in range(int(EVENING * 60 / AUCTION)):
        start = lot * AUCTION
        end_price = rounded(item.cost_lo * (rng.uniform(0.8, 0.98) if rng.random() < 0.05 else rng.uniform(1.02, 1.5)))
        bids = [1, *(rounded(end_price * x) for x in (0.3, 0.7))]
        offers += [Offer(start + 50 * n, start + 50 * (n + 1), bid, sold=False) for n, bid in enumerate(bids)]
        offers.append(Offer(start + 150, start + AUCTION, end_price, sold=False))
        hammer.append((start + 160, end_price, 1))
    return _one(name, Pair(item, tuple(offers), extra=tuple(hammer)))


def giveaways(rng: np.random.Generator, name: str) -> list[Live]:
    """Two to five sample units at Rp0; all that is sold goes over cost."""
    return _gifts(rng, name, int(rng.integers(2, 6)))


def many_gifts(rng: np.random.Generator, name: str) -> list[Live]:
    """A gift every few minutes: the units given away take the mean under cost."""
    return _gifts(rng, name, int(rng.integers(10, 20)))


def _gifts(rng: np.random.Generator, name: str, count: int) -> list[Live]:
    item = goods(rng, name, margin=(0.05, 0.4))
    times = rng.uniform(60, EVENING * 60 - 60, size=count).tolist()
    return _one(name, Pair(item, (Offer(0, FOREVER, item.usual),), gap=90, extra=tuple((t, 0, 1) for t in times)))


def returns(rng: np.random.Generator, name: str) -> list[Live]:
    """Bait at Rp100 for 2 to 8 minutes, all of it cancelled within half an hour; a third of the honest lines come back too."""
    item = goods(rng, name)
    begins, length = float(rng.uniform(2, 10)), float(rng.uniform(2, 8))
    a, b = begins * 60, (begins + length) * 60
    bait = Offer(a, b, 100, withdrawn_at=b + float(rng.uniform(60, 900)))
    honest = Offer(0, a, item.usual, cancelled=0.3), Offer(b, FOREVER, item.usual, cancelled=0.3)
    return _one(name, Pair(item, (honest[0], bait, honest[1]), gap=60))


KINDS: Final = (
    Kind("platform_voucher", "the platform pays the voucher, the seller receives its price", "p_s over cost, D7", False, platform_voucher),
    Kind("platform_discount", "the platform pays the cut back", "p_s over cost, D7", False, platform_discount),
    Kind("free_shipping", "the price stays over the documented cost", "above cost: fees enter only under T1", False, free_shipping),
    Kind("missing_zero_corrected", "a slip of at most 25 minutes, corrected", "D9", True, slip_corrected),
    Kind("missing_zero_cancelled", "a slip, every order cancelled", "D9", True, slip_cancelled),
    Kind("auction", "bids are no sales; one lot in twenty ends under cost", "levels read sales; no window lasts", True, auction),
    Kind("giveaways", "samples at Rp0, all that is sold goes over cost", "too few windows to last", True, giveaways),
    Kind("returns", "what was bait is cancelled and counts no more", "D9", True, returns),
)
