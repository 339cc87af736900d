"""What would the service say of these files? The same client, door, log and detector, run offline in a folder of their own (DESIGN 3.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx2
from sqlalchemy import Engine

from app.client.replay import replay
from app.client.tally import ReplaySummary
from app.findings.rulebook import read_rule_book
from app.intake.accept import Door, Post
from app.intake.refusal import Refused
from app.intake.sender import Sender
from app.log.port import EventLog, Part
from app.log.record import pack_control
from app.log.sqlite import SqliteEventLog
from app.settings import Settings
from app.store import snapshots
from app.store.engine import make_engine, read
from app.store.migrate import migrate
from app.worker.closing import Closed
from app.worker.contexts import Models, contexts_of
from app.worker.loop import DetectorLoop

SENDER: Final = "offline"
"""The key id under which files are posted; the snapshot must list it as a sender of the platform (C4)."""
KEY: Final = "kwl_offline"
STORE: Final = "store.sqlite3"
LOG: Final = "log.sqlite3"


@dataclass(frozen=True)
class LineRun:
    """An offline line over a store that was prepared before: post files, then read the store."""

    engine: Engine
    log: EventLog
    door: Door
    loop: DetectorLoop
    clock: Callable[[], int]

    def post(self, files: list[Path], platforms: tuple[str, ...], *, seal: bool = True, progress: bool = True) -> ReplaySummary:
        """Post files exactly as `kawal replay` does (repeats, closing heartbeats), working the line as they come in."""
        sender = Sender(SENDER, platforms, "")

        def answer(request: httpx2.Request) -> httpx2.Response:
            post = Post(request.read(), request.headers["content-type"], request.headers.get("content-encoding", ""))
            try:
                receipt = self.door.accept(post, sender, self.clock()).receipt
            except Refused as refused:
                return httpx2.Response(422, json={"title": str(refused), "detail": str(refused)})
            self.loop.turn()
            return httpx2.Response(202, json=receipt)

        transport = httpx2.MockTransport(answer)
        summary = replay(files, to="http://offline", key=KEY, seal=seal, progress=progress, gzip=False, transport=transport)
        self.loop.drain()
        return summary

    def watch(self, see: Callable[[Closed], None]) -> None:
        """Show every closing of panes to `see` (training reads the figures of finals there)."""
        for detector in self.loop.detectors:
            detector.watch = see


@contextmanager
def offline_line(
    home: Path, settings: Settings, models: Models, clock: Callable[[], int], *, accept_costs: bool = False
) -> Iterator[LineRun]:
    """A line over the store in `home`, judging under its newest snapshot from the first record on."""
    engine = make_engine(f"sqlite:///{home / STORE}")
    migrate(engine)
    log = SqliteEventLog(home / LOG, settings.partitions)
    with read(engine) as connection:
        version = snapshots.newest(connection)
    log.append([Part(p, pack_control("config", {"version": version}, edge=SENDER)) for p in range(log.partitions)])
    contexts = contexts_of(engine, read_rule_book(settings.data_dir / "rules"), models, accept_costs=accept_costs)
    loop = DetectorLoop(log, engine, contexts, worker=SENDER, keep_finals=settings.keep_finals, slice_bytes=settings.slice_max_bytes)
    door = Door(log, engine, future_us=settings.future_seconds * 1_000_000, max_inflated_bytes=settings.max_inflated_bytes, edge=SENDER)
    try:
        yield LineRun(engine, log, door, loop, clock)
    finally:
        log.close()
        engine.dispose()
