"""Until when does each price of a file hold, were it repeated? Next price, promotion's end, session's end or last row (B6)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.client.moments import moment_us
from app.domain.time import DAY_US

Pair = tuple[str, str, str, str]
REPEATED_ID: Final = re.compile(r".+~[1-9][0-9]*")


@dataclass
class Ends:
    """What must be known of all events before the first repeat is made: a few numbers per price, no events."""

    prices: dict[Pair, list[tuple[int, str]]] = field(default_factory=dict)
    seen: dict[Pair, tuple[int, int]] = field(default_factory=dict)  # first and last moment
    ended: dict[tuple[str, str], int] = field(default_factory=dict)
    repeats: set[str] = field(default_factory=set)

    def until_us(self, event: Mapping[str, Any], pair: Pair, us: int) -> int:
        """The moment before which a price is repeated; not after `us` where it never is."""
        if event.get("offered") is False:
            return us
        own = self.prices[pair]
        after = bisect_right(own, (us, event["event_id"]))
        first, last = self.seen[pair]
        # a session without an end is over 24 hours after the pair's first row (D1)
        stop = self.ended.get(pair[:2], min(last, first + DAY_US))
        stop = min(stop, own[after][0]) if after < len(own) else stop
        promised = moment_us(event, "promotion_ends_at")
        return min(stop, promised) if promised is not None and promised > us else stop


def ends_of(events: Iterable[Mapping[str, Any]]) -> Ends:
    """Read all events once, in any order."""
    ends = Ends()
    for event in events:
        event_id = event.get("event_id")
        if isinstance(event_id, str) and "~" in event_id and REPEATED_ID.fullmatch(event_id):
            ends.repeats.add(event_id)
        us = moment_us(event)
        if us is not None:
            _note(ends, event, us)
    for prices in ends.prices.values():
        prices[:] = sorted(set(prices))
    return ends


def _note(ends: Ends, event: Mapping[str, Any], us: int) -> None:
    kind = event.get("type")
    if kind in ("price", "sale"):
        pair = pair_of(event)
        if pair is None:
            return
        first, last = ends.seen.get(pair, (us, us))
        ends.seen[pair] = (min(first, us), max(last, us))
        if kind == "price":
            ends.prices.setdefault(pair, []).append((us, event["event_id"]))
    elif kind == "session_ended" and isinstance(event.get("session_id"), str):
        session = (str(event.get("session_platform") or ""), event["session_id"])
        ends.ended[session] = min(us, ends.ended.get(session, us))


def pair_of(event: Mapping[str, Any]) -> Pair | None:
    """(session's platform, session, seller, product and category): whose price it is; None for what the door would refuse."""
    names = (event.get("session_id"), event.get("seller_id"), event.get("product_id"), event.get("event_id"))
    if not all(isinstance(name, str) for name in names):
        return None
    session, seller, product, _ = map(str, names)
    # as in D1 the category is part of the pair; the mark keeps a category and a product of one name apart
    category = event.get("category_id")
    goods = product if category is None else f"{product}\n{category}"
    return str(event.get("session_platform") or ""), session, seller, goods
