"""How fast is the whole line? A generated evening from the door to committed finals, one process, one partition, durable log."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select

from app.demo import bench_yard as yard
from app.intake.accept import Post
from app.intake.sender import Sender
from app.runtime import configure_store, models_of, now_us
from app.settings import Settings
from app.store import tables
from app.store.engine import read
from app.training.evening import wire
from app.training.evening.build import DEMO_DAY
from app.training.evening.write import write_evening
from app.training.line_run import SENDER, LineRun, offline_line
from app.training.scoring import prepare

SEED: Final = 7
SESSIONS: Final = 40
MEDIA_TYPE: Final = "application/x-ndjson"
WHAT: Final = "door (in process, no socket) -> durable log -> windows -> forest -> law -> findings, committed; door and detector take turns"


@dataclass(frozen=True, slots=True)
class Passed:
    """What the run did."""

    accepted: int
    seconds: float
    cpu_seconds: float
    rss_bytes: int
    finals: int
    pairs: int


def line(sessions: int = SESSIONS) -> dict[str, Any]:
    """Figures of one evening with its costs, sellers, catalogue and 28 days of history; generating them is not in the time."""
    settings, on = Settings(), yard.machine()
    with tempfile.TemporaryDirectory(prefix="kawal-bench-") as folder:
        home = Path(folder)
        made = write_evening(home / "evening", seed=SEED, day=DEMO_DAY, sessions=sessions)
        bodies, events = yard.slices(made.events)
        prepare(home, None, (wire.PLATFORM,), lambda engine: configure_store(engine, settings), home / "evening")
        with offline_line(home, settings, models_of(settings), now_us) as run:
            passed = _pass(run, bodies)
    bare = yard.bare_parse_rate(bodies, events)
    return {
        "what": WHAT,
        "events": events,
        "accepted": passed.accepted,
        "bytes": sum(map(len, bodies)),
        "batch_events": yard.BATCH_EVENTS,
        "seconds": round(passed.seconds, 3),
        "cpu_seconds": round(passed.cpu_seconds, 3),
        "events_per_second": round(events / passed.seconds),
        "bare_parse_events_per_second": round(bare),
        "ratio_to_bare_parse": round(events / passed.seconds / bare, 5),
        "finals": passed.finals,
        "judged_pairs": passed.pairs,
        "rss_bytes": passed.rss_bytes,
        **on,
    }


def _pass(run: LineRun, bodies: list[bytes]) -> Passed:
    sender = Sender(SENDER, (wire.PLATFORM,), "")
    accepted, highest, began, worked = 0, 0, time.perf_counter(), time.process_time()
    with yard.bar() as bars:
        task = bars.add_task("batches, to committed finals", total=len(bodies))
        for body in bodies:
            accepted += run.door.accept(Post(body, MEDIA_TYPE), sender, now_us()).receipt["accepted"]
            run.loop.turn()
            highest = max(highest, yard.resident_bytes())
            bars.advance(task)
        run.door.accept(Post(_heartbeat(), MEDIA_TYPE), sender, now_us())
        run.loop.drain()
    seconds, cpu = time.perf_counter() - began, time.process_time() - worked
    with read(run.engine) as connection:
        row = connection.execute(select(func.sum(tables.judgement.c.finals), func.count(tables.judgement.c.finals))).one()
    return Passed(accepted, seconds, cpu, max(highest, yard.resident_bytes()), int(row[0] or 0), int(row[1]))


def _heartbeat() -> bytes:
    # after midnight every session of the evening is over, and every pane of it closes
    after = f"{DEMO_DAY:%Y-%m-%d}T23:59:59+07:00"
    return b'{"type":"heartbeat","event_id":"bench","occurred_at":"' + after.encode() + b'"}\n'
