"""How do events arrive? A small delay each, one in a hundred out of order within 50 s, two in a hundred sent twice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.training.evening.wire import Event, Posted, iso_at

SLOWEST_MS = 50_000
"""Under the lateness of 60 s (C2): nobody of this evening is late."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Events in order of arrival, each with `received_at`."""

    events: list[Event]
    duplicates: int
    slow: int


def arrive(rng: np.random.Generator, posted: list[Posted], *, duplicates: float, slow: float) -> Arrivals:
    """The stream as the door would meet it."""
    count = len(posted)
    delay = rng.integers(150, 1_500, size=count)
    is_slow = rng.random(count) < slow
    delay = np.where(is_slow, rng.integers(8_000, SLOWEST_MS - 12_000, size=count), delay)
    twice = rng.random(count) < duplicates
    again = delay + rng.integers(500, 12_000, size=count)
    rows = [(p.at_us + int(d) * 1000, p.event) for p, d in zip(posted, delay.tolist(), strict=True)]
    rows += [(p.at_us + int(d) * 1000, p.event) for p, d, t in zip(posted, again.tolist(), twice.tolist(), strict=True) if t]
    rows.sort(key=lambda row: (row[0], row[1]["event_id"]))
    stamped = [{**event, "received_at": iso_at(at)} for at, event in rows]
    return Arrivals(stamped, int(twice.sum()), int(is_slow.sum()))
