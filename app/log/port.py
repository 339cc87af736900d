"""What must an event log do? The narrow port behind which SQLite, PostgreSQL or Kafka stand (reference: engine.md 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Part:
    """One record to be appended to one partition."""

    partition: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it was written. `logged_us` is the LOG's time, never falling inside a partition."""

    partition: int
    pos: int
    logged_us: int
    body: bytes


class LogFull(Exception):
    """The log has no room or retention left: the door answers 429 (C6)."""


class LogNotWritable(Exception):
    """The log cannot be written: the door answers 503 and readiness falls."""


class PartitionsChanged(Exception):
    """The number of partitions is part of the log and can never change (D1)."""


class EventLog(Protocol):
    """A durable, partitioned, ordered log. Every method is blocking and thread-safe."""

    @property
    def partitions(self) -> int:
        """P, fixed when the log was made."""
        ...

    def append(self, parts: Sequence[Part]) -> list[int]:
        """Write all parts in one durable commit and return their positions, in order. Raises LogFull, LogNotWritable."""
        ...

    def read(self, partition: int, pos: int, max_bytes: int = 32_000_000) -> list[Record]:
        """Records from `pos` on, in order, as many as fit in max_bytes (at least one if there is one)."""
        ...

    def bounds(self, partition: int) -> tuple[int, int]:
        """(oldest kept position, next position)."""
        ...

    def pos_at(self, partition: int, us: int) -> int:
        """First position whose log time is >= us, else the next position."""
        ...

    def wait(self, seen: int, timeout_seconds: float) -> int:
        """Block until something was appended by this process after the count `seen`, or the timeout; return the count."""
        ...

    def close(self) -> None:
        """Flush and release."""
        ...
