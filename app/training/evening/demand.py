"""When are units sold? Poisson arrivals driven by viewers, the host's spotlight and how deep the price is cut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from app.domain.time import MINUTE_US, PANE_US
from app.training.evening.prices import Segment
from app.training.evening.sessions import Session, Slot

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

SPOTLIGHT_US = 90 * 1_000_000
"""How long a product sells better after the host has shown it."""
CALM: Final = {"clearance": 0.12, "flash_sale": 0.22}
"""Most order lines a pane of the parts that sell few units: old stock, and a quota."""
USUAL_HOURS = 2.0
USUAL_VIEWERS = 500.0
"""A day's usual units are what a live of two hours before this crowd sells."""


@dataclass(frozen=True, slots=True)
class Orders:
    """Order lines of a pair in time order: moment, index of the segment in force, units."""

    at_us: Ints
    segment: Ints
    units: Ints


def viewers(session: Session, at_us: Ints) -> Floats:
    """The crowd: fills in the first quarter, holds, thins out in the last."""
    share = (at_us - session.start_us) / max(1, session.end_us - session.start_us)
    shape = np.clip(np.minimum(0.15 + share * 3.4, 1.9 - share * 1.5), 0.08, 1.0)
    out: Floats = session.host.peak_viewers * shape
    return out


def shown_times(rng: np.random.Generator, path: list[Segment], end_us: int, longest_us: int) -> list[tuple[int, int]]:
    """When a price is posted: at each change of price and every few minutes, at most `longest_us` apart. (moment, index of segment)"""
    found: list[tuple[int, int]] = []
    for index, segment in enumerate(path):
        last = min(segment.end_us, end_us)
        if segment.start_us >= last:
            continue
        first = segment.start_us + (int(rng.integers(2_000, 45_000)) * 1000 if index == 0 else 0)
        draws = rng.exponential(240_000, size=(last - first) // MINUTE_US + 2)
        gaps = np.clip(draws, 60_000, longest_us // 1000).astype(np.int64) * 1000
        moments = first + np.concatenate([[0], np.cumsum(gaps)])
        found += [(int(m), index) for m in moments if m < last]
    return found


def _rate(session: Session, slot: Slot, path: list[Segment], grid: Ints, shown: Ints, which: Ints) -> Floats:
    """Expected order lines of each pane."""
    crowd = viewers(session, grid)
    base = slot.product.price
    price = np.array([s.price - s.seller_voucher for s in path], dtype=np.float64)[which]
    depth = np.clip(1 - price / base, -0.1, 0.6)
    lines = slot.product.daily_units / (1 + slot.product.category.basket)
    # order lines saturate: ten times the crowd buys about two and a half times as much of one product
    per_hour = lines / USUAL_HOURS * (crowd / USUAL_VIEWERS) ** 0.4 * np.exp(3.2 * depth)
    nearest = np.searchsorted(shown, grid, side="right") - 1
    since = grid - shown[np.maximum(nearest, 0)]
    lit = np.where((nearest >= 0) & (since < SPOTLIGHT_US), 1.8, 0.6)
    rate: Floats = per_hour * lit * PANE_US / (60 * MINUTE_US)
    if slot.part is not None:
        # a part must be seen: about two order lines a minute while its price is cut, and a few before
        rate = np.where(price < base * 0.97, np.clip(rate, 0.30, 0.45), np.clip(rate, 0.05, 0.30))
    if slot.part is not None and slot.part.role.kind in CALM:
        rate = np.clip(rate, 0.06, CALM[slot.part.role.kind])
    return rate


def _within_quota(path: list[Segment], orders: Orders, stock: int) -> Orders:
    """Order lines beyond a promotion's quota or the stock are not sold."""
    keep = np.ones(len(orders.at_us), dtype=bool)
    for index, segment in enumerate(path):
        if segment.promotion is not None and segment.promotion.quota is not None:
            mine = orders.segment == index
            keep &= ~mine | (np.cumsum(np.where(mine, orders.units, 0)) <= segment.promotion.quota)
    keep &= np.cumsum(np.where(keep, orders.units, 0)) <= stock
    return Orders(orders.at_us[keep], orders.segment[keep], orders.units[keep])


def draw_orders(
    rng: np.random.Generator, session: Session, slot: Slot, path: list[Segment], shown: list[tuple[int, int]], end_us: int
) -> Orders:
    """The order lines of a pair between its first shown price and `end_us`."""
    grid = np.arange(session.start_us, end_us, PANE_US, dtype=np.int64)
    starts = np.array([s.start_us for s in path], dtype=np.int64)
    moments = np.array([m for m, _ in shown], dtype=np.int64)
    rate = _rate(session, slot, path, grid, moments, np.searchsorted(starts, grid, side="right") - 1)
    counts: Any = rng.poisson(rate)
    at = np.repeat(grid, counts) + rng.integers(0, PANE_US // 1000, size=int(counts.sum())) * 1000
    at = np.sort(at[(at > moments[0]) & (at < end_us)])
    segment = np.searchsorted(starts, at, side="right") - 1
    units = 1 + rng.poisson(slot.product.category.basket, size=len(at)).astype(np.int64)
    return _within_quota(path, Orders(at, segment.astype(np.int64), units), slot.product.stock)
