"""Which prices are posted again? Each price in force every five minutes as `<id>~<k>` (B6): for replay, score and client alike."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from app.client.in_force import REPEATED_ID, Ends, ends_of, pair_of
from app.client.moments import timed
from app.domain.time import MINUTE_US, iso

REPEAT_US: Final = 5 * MINUTE_US
Event = dict[str, Any]


@dataclass(slots=True)
class _Due:
    at_us: int
    until_us: int
    k: int
    event: Event

    def __lt__(self, other: _Due) -> bool:
        return (self.at_us, str(self.event["event_id"])) < (other.at_us, str(other.event["event_id"]))


def repeat_prices(events: Iterable[Event], ends: Ends | None = None) -> Iterator[Event]:
    """The events in their order, and before the first one at or after its moment each repeat of a price still in force.

    A price is repeated up to (not at) the pair's next price, the promotion's end, the session's end, or, where the events hold none,
    the pair's last price or sale. An `offered: false` and a row that is itself a repeat (`~k`) are not repeated; no id is made twice or
    made that the events hold. `stock` is left out: it was counted then. `ends`: of the same events, read before; without it they are
    held in memory. Pure; repeating twice adds nothing.
    """
    if ends is None:
        events = list(events)
        ends = ends_of(events)
    due: list[_Due] = []
    known: set[str] = set()
    for event, us, clock in timed(events):
        yield from _fallen_due(due, clock, ends)
        yield event
        first = _first_repeat(event, us, ends, known)
        if first is not None:
            heapq.heappush(due, first)
            # a price that came late has repeats that are due already
            yield from _fallen_due(due, clock, ends)


def _first_repeat(event: Event, us: int | None, ends: Ends, known: set[str]) -> _Due | None:
    if us is None or event.get("type") != "price":
        return None
    pair = pair_of(event)
    if pair is None or event["event_id"] in known or REPEATED_ID.fullmatch(event["event_id"]):
        return None
    known.add(event["event_id"])
    until = ends.until_us(event, pair, us)
    return _Due(us + REPEAT_US, until, 1, event) if us + REPEAT_US < until else None


def _fallen_due(due: list[_Due], clock: int | None, ends: Ends) -> Iterator[Event]:
    while due and clock is not None and due[0].at_us <= clock:
        one = due[0]
        repeat = _repeat(one)
        one.at_us, one.k = one.at_us + REPEAT_US, one.k + 1
        if one.at_us < one.until_us:
            heapq.heapreplace(due, one)
        else:
            heapq.heappop(due)
        if repeat["event_id"] not in ends.repeats:
            yield repeat


def _repeat(one: _Due) -> Event:
    at = iso(one.at_us)
    changed = {"event_id": f"{one.event['event_id']}~{one.k}", "occurred_at": at}
    if one.event.get("received_at") is not None:
        changed["received_at"] = at
    return {**{name: value for name, value in one.event.items() if name != "stock"}, **changed}
