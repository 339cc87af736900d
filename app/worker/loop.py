"""Who turns the handle? One thread steps every partition, ticks the idle ones and seals days (embedded Ownership: all of them)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from operator import is_

import structlog
from sqlalchemy import Engine

from app.log.port import EventLog
from app.store.ledger import LedgerRow
from app.worker.context import Context
from app.worker.detector import Contexts, Detector
from app.worker.sealer import seal_ready
from app.worker.ticker import tick

log = structlog.get_logger(__name__)


class DetectorLoop:
    """Owns all partitions of a log. `drain` works what is there; `run` goes on until told to stop."""

    def __init__(
        self,
        event_log: EventLog,
        engine: Engine,
        contexts: Contexts,
        *,
        worker: str = "embedded",
        keep_finals: bool = False,
        slice_bytes: int = 8_000_000,
        idle_seconds: float = 0.05,
    ) -> None:
        """Take every partition over (epoch + 1) and recover it. `idle_seconds`: wait between looks when nothing wakes the loop."""
        self._log, self._engine, self._contexts = event_log, engine, contexts
        self._idle_seconds = idle_seconds
        make: Callable[[int], Detector] = lambda p: Detector(  # noqa: E731
            p, event_log, engine, contexts, worker=worker, keep_finals=keep_finals, slice_bytes=slice_bytes
        )
        self.detectors = [make(p) for p in range(event_log.partitions)]
        self.failure: str | None = None
        self._settled: list[LedgerRow] = []

    def turn(self) -> bool:
        """One step of every partition, then ticks and seals; True if anything moved."""
        stepped = [d.step() for d in self.detectors]
        rows = [d.row for d in self.detectors]
        if len(self._settled) == len(rows) and all(map(is_, rows, self._settled)):
            return False  # ticks and seals follow from where the partitions stand: the same rows ask for nothing new
        ticked = tick(self._log, rows) > 0
        moved = seal_ready(self._engine, self._log, rows, self._context()) or ticked or any(stepped)
        self._settled = [] if moved else rows
        return moved

    def drain(self) -> None:
        """Work until nothing moves any more."""
        while self.turn():
            pass

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; a failure that is nobody's row stops the loop and is kept in `failure` (readiness reads it)."""
        seen = 0
        try:
            while not stop.is_set():
                if not self.turn():
                    seen = self._log.wait(seen, self._idle_seconds)
        except Exception as error:
            self.failure = f"{type(error).__name__}: {error}"
            log.exception("detector stopped")

    def lag(self) -> int:
        """Records appended and not yet worked, over all partitions."""
        return sum(self._log.bounds(d.partition.number)[1] - d.partition.next_pos for d in self.detectors)

    def _context(self) -> Context:
        return max((d.context for d in self.detectors), key=lambda c: c.snapshot.version)
