"""How far has a platform's time come in a partition? Counted time, heartbeats and the watermark (SEMANTICS C2, C4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

JUMP_US: Final = 600 * 1_000_000
"""A row further than this beyond the counted time needs a second witness: one wrong year must not make a platform late."""

Times = npt.NDArray[np.int64]


@dataclass
class PlatformClock:
    """The clock of one platform in one partition. All times in UTC microseconds; a pure function of the log read so far."""

    counted_us: int | None = None
    arrival_us: int | None = None  # highest received_at of a file's rows; None while rows arrive live
    watermark_us: int | None = None
    pending: list[int] = field(default_factory=list)  # times beyond the jump, still without a witness
    heartbeats: dict[str, int] = field(default_factory=dict)
    last_logged_us: int = 0  # log time of the last record with a row of this platform (parking, D4)

    def count(self, times: Times) -> None:
        """Let distinct events' times move the counted time; a far one waits for another within ten minutes (C2)."""
        floor = self.counted_us
        beyond = times if floor is None else times[times > floor]
        if beyond.size == 0 and not self.pending:
            return
        queue = np.sort(np.concatenate([beyond, np.array(self.pending, dtype=np.int64)]))
        beats = max(self.heartbeats.values(), default=None)
        self.counted_us, self.pending = _counted(floor, queue, beats)

    def tick(self, counted_us: int, arrival_us: int | None) -> None:
        """Take the counted time that is durable in another partition (C4)."""
        if self.counted_us is None or counted_us > self.counted_us:
            self.counted_us = counted_us
            self.arrival_us = None if arrival_us is None else max(self.arrival_us or arrival_us, arrival_us)
        self.count(np.array([], dtype=np.int64))

    def advance(self, logged_us: int, lateness_us: int, senders: tuple[str, ...]) -> None:
        """Move the watermark after a record with this log time; it never falls."""
        marks = [] if self.watermark_us is None else [self.watermark_us]
        if self.counted_us is not None:
            now = logged_us if self.arrival_us is None else self.arrival_us
            marks.append(min(self.counted_us, now) - lateness_us)
        if senders and all(s in self.heartbeats for s in senders):
            marks.append(min(self.heartbeats[s] for s in senders))
        self.watermark_us = max(marks, default=None)

    def to_state(self) -> dict[str, Any]:
        """JSON for the ledger row."""
        return dict(self.__dict__)

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> PlatformClock:
        """The clock as the ledger row holds it."""
        return cls(**state)


def _counted(floor: int | None, queue: Times, beat: int | None) -> tuple[int | None, list[int]]:
    """Walk sorted times upward; return the new counted time and what still waits for a witness."""
    limit = None if floor is None else floor + JUMP_US
    if limit is not None:
        near = queue[queue <= limit]
        while near.size and (floor is None or near[-1] > floor):
            floor = int(near[-1])
            limit = floor + JUMP_US
            near = queue[queue <= limit]
        queue = queue[queue > limit]
    if queue.size == 0:
        return floor, []
    witnessed = np.zeros(queue.size, dtype=bool)
    close = np.diff(queue) < JUMP_US
    witnessed[:-1] |= close
    witnessed[1:] |= close
    if beat is not None and (limit is None or beat > limit):
        witnessed[:] = True
    if not witnessed.any():
        return floor, [int(t) for t in queue]
    top = int(queue[witnessed][-1])
    return _counted(top, queue[queue > top], beat)
