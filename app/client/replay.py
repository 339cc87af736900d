"""How is a file posted as if it happened now? In batches and in file order, resumable, ended by heartbeats (C4, C5)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from app.client.bars import Bars
from app.client.batches import MAX_BATCH, Batch, Pace, batches
from app.client.event_file import Line, lines_of, sha256_of
from app.client.in_force import Ends, ends_of
from app.client.moments import moment
from app.client.repeats import repeat_prices
from app.client.resume import Resume
from app.client.sender import Sender
from app.client.tally import ReplaySummary, Tally, rejections_in_short
from app.domain.time import day_number, iso, seal_us


def replay(
    files: list[Path],
    *,
    to: str,
    key: str,
    batch: int = 5000,
    speed: float | None = None,
    repeat: bool = True,
    seal: bool = False,
    gzip: bool = True,
    resume: Path | None = None,
    progress: bool = True,
    patience: float = 300.0,
    transport: httpx2.BaseTransport | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> ReplaySummary:
    """Post the events of files to a service and end with a heartbeat at the last accepted row's moment.

    files: NDJSON or one JSON array each, plain or gzip, in the order to be sent. They are read twice: repeats need the ends.
    to: address of the service, `http://127.0.0.1:8000`. key: a platform's key, `kwl_...`.
    batch: most events of one request, 1 to 200000.
    speed: how much faster than it happened; 1 as it happened, None as fast as the service takes them.
    repeat: post prices in force again every five minutes, as a live sender does (B6). Nothing is repeated twice.
    seal: one more heartbeat at 02:00 Asia/Jakarta after the last row's day, so that the day is sealed (C5).
    gzip: compress requests.
    resume: a file that keeps how far the replay is; given again, with the same files, it goes on there. Safe against Ctrl-C and kill:
        at most the request under way is posted again, under the same Idempotency-Key if `batch` and `gzip` are
        the same and no `speed` is given (else the door counts its events as duplicates).
    progress: a bar per file, and rejections in short, on stderr.
    patience: most seconds of waiting, in all tries of one request, for a service that is down or full.
    transport, sleep: seams for tests.
    Raises ServiceRefused, NoAnswer, NotReadable, OtherReplay (all ClientError). Ctrl-C returns a summary with complete=False.
    """
    if not 1 <= batch <= MAX_BATCH or (speed is not None and not 0 < speed < float("inf")):
        raise ValueError(f"batch must be 1 to {MAX_BATCH}, and speed above 0")
    kept = Resume(resume, {"files": [sha256_of(path) for path in files], "to": to.rstrip("/"), "repeat": repeat})
    tally = kept.load()
    ends, counts = _survey(files, repeat)
    events = repeat_prices(lines_of(files), ends) if ends is not None else lines_of(files)
    with (
        Sender(to, key, patience=patience, transport=transport, sleep=sleep) as sender,
        Bars(files, counts, progress) as bars,
    ):
        run = _Run(sender, kept, tally, bars, gzip)
        return run.finished(batches(events, batch, Pace(speed, sleep=sleep), skip=tally.next), seal)


def _survey(files: Sequence[Path], repeat: bool) -> tuple[Ends | None, list[int]]:
    """The ends of the prices, where they are to be repeated, and the number of events of each file."""
    counts = [0] * len(files)

    def counted() -> Iterator[Line]:
        for line in lines_of(files):
            counts[line.file] += 1
            yield line

    if repeat:
        return ends_of(counted()), counts
    for _ in counted():
        pass
    return None, counts


@dataclass
class _Run:
    sender: Sender
    kept: Resume
    tally: Tally
    bars: Bars
    gzip: bool
    posted: int = 0
    began: float = field(default_factory=time.monotonic)
    heartbeats: list[str] = field(default_factory=list)

    def finished(self, work: Iterator[Batch], seal: bool) -> ReplaySummary:
        complete = False
        try:
            for batch in work:
                self._post(batch)
            self._beat(seal)
            complete = True
        except KeyboardInterrupt:
            self.bars.say("interrupted: every event up to the last receipt is kept" + (", resume goes on there" if self.kept.path else ""))
        for line in rejections_in_short(self.tally):
            self.bars.say(line)
        return self._summary(complete)

    def _post(self, batch: Batch) -> None:
        receipt = self.sender.send(batch.body(), gzip=self.gzip)
        self.tally.add(receipt, batch.clock_us)
        self.kept.save(self.tally)
        self.posted += len(batch.lines)
        self.bars.advance(batch.files)

    def _beat(self, seal: bool) -> None:
        """After the last receipt: all up to the last row is sent; with `seal` also, that its day is over."""
        last = self.tally.latest_us
        if last is None:
            return
        for us in [last, seal_us(day_number(last))] if seal else [last]:
            receipt = self.sender.heartbeat(moment(us))
            if receipt.accepted:
                self.heartbeats.append(iso(us))
            for one in receipt.rejected:
                self.bars.say(f"the heartbeat of {iso(us)} was rejected, {one.field}: {one.problem}")

    def _summary(self, complete: bool) -> ReplaySummary:
        seconds = time.monotonic() - self.began
        return ReplaySummary(
            sent=self.tally.next,
            accepted=self.tally.accepted,
            rejected=self.tally.rejected,
            repeated=self.tally.repeated,
            unknown_fields=self.tally.unknown_fields,
            reasons=self.tally.reasons,
            receipt_ids=tuple(self.tally.receipt_ids),
            heartbeats=tuple(self.heartbeats),
            seconds=seconds,
            events_per_second=self.posted / seconds if seconds > 0 else 0.0,
            complete=complete,
        )
