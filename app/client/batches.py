"""What goes into one request? So many events, so many bytes, or, at a given speed, what happened in a quarter of a second."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from app.client.event_file import Line
from app.client.moments import timed
from app.domain.time import SECOND_US

MAX_BATCH: Final = 200_000
"""Events that the door takes in one request."""
MAX_BYTES: Final = 16 * 1024 * 1024
TICK_S: Final = 0.25


@dataclass
class Batch:
    """Lines of one request. `clock_us[i]` is the file's time with line i (C2); `files` counts the lines of each file, repeats aside."""

    lines: list[bytes] = field(default_factory=list)
    clock_us: list[int | None] = field(default_factory=list)
    files: dict[int, int] = field(default_factory=dict)
    size: int = 0

    def add(self, event: dict[str, Any], clock_us: int | None) -> None:
        """Append an event: as it stands in its file, or as it was made."""
        if isinstance(event, Line):
            self.files[event.file] = self.files.get(event.file, 0) + 1
            line = event.raw
        else:
            line = json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
        self.lines.append(line)
        self.clock_us.append(clock_us)
        self.size += len(line) + 1

    def body(self) -> bytes:
        """NDJSON."""
        return b"\n".join(self.lines) + b"\n"


class Pace:
    """When may an event be posted? The first at once, each other as long after it as it happened after it, divided by `speed`."""

    def __init__(self, speed: float | None, now: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep) -> None:
        self._speed = speed
        self._now = now
        self._sleep = sleep
        self._began: float | None = None
        self._first_us = 0

    def tick(self, clock_us: int | None) -> int:
        """The quarter of a second, counted from the first event, in which the event falls; always 0 without a speed."""
        if self._speed is None or clock_us is None:
            return 0
        if self._began is None:
            self._began, self._first_us = self._now(), clock_us
        return int((clock_us - self._first_us) / SECOND_US / self._speed / TICK_S)

    def wait(self, tick: int) -> None:
        """Sleep until the quarter of a second is over; nothing is posted before it happened."""
        if self._speed is not None and self._began is not None:
            left = self._began + (tick + 1) * TICK_S - self._now()
            if left > 0:
                self._sleep(left)


def batches(events: Iterable[dict[str, Any]], limit: int, pace: Pace, skip: int = 0) -> Iterator[Batch]:
    """The events in their order, but for the first `skip`, each batch given out when it may be sent."""
    batch, tick = Batch(), 0
    for number, (event, _, clock_us) in enumerate(timed(events)):
        if number < skip:
            continue
        now = pace.tick(clock_us)
        if batch.lines and (now > tick or len(batch.lines) >= limit or batch.size >= MAX_BYTES):
            pace.wait(tick)
            yield batch
            batch = Batch()
        tick = max(tick, now)
        batch.add(event, clock_us)
    if batch.lines:
        pace.wait(tick)
        yield batch
