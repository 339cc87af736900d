"""How do the events get in? Over HTTP through the client, closed by heartbeats, and awaited until the detector has read them all."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.client.reading import Reader
from app.client.receipt import Receipt
from app.client.replay import replay
from app.client.sender import Sender
from app.client.tally import ReplaySummary
from app.demo.failure import DemoFailed
from app.demo.people import People
from app.demo.samples import Sample
from app.demo.screen import Screen

PATIENCE_SECONDS: Final = 180.0


@dataclass(frozen=True, slots=True)
class Posted:
    """What the receipts of a sample add up to. `judged_seconds`: from the first request until the last row was judged."""

    sample: Sample
    summary: ReplaySummary
    counted: int
    duplicate: int
    late: int
    skipped: int
    judged_seconds: float

    @property
    def judged_per_second(self) -> float:
        """Events per second from the socket to the judgement."""
        return self.summary.sent / self.judged_seconds


def post(url: str, people: People, sample: Sample) -> Posted:
    """Replay a sample with its platform's key and wait for the detector."""
    key = people.platform_key(sample.platform)
    began = time.monotonic()
    # both files hold the repeats that a live sender makes, so nothing is repeated here
    summary = replay([sample.events], to=url, key=key, repeat=False, seal=True)
    if not summary.complete:
        raise KeyboardInterrupt
    with Sender(url, key) as sender:
        _until_read(sender, summary.heartbeats)
        _until_judged(url, key, sample)
        seconds = time.monotonic() - began
        receipts = [sender.receipt(receipt_id) for receipt_id in summary.receipt_ids]
    counted, duplicate, late, skipped = (_sum(receipts, name) for name in ("counted", "duplicate", "late", "skipped"))
    return Posted(sample, summary, counted, duplicate, late, skipped, seconds)


def show(posted: Sequence[Posted], screen: Screen) -> None:
    """The sums that must come out, and how fast it went."""
    names = ["platform", "sent", "accepted", "rejected", "counted", "duplicate", "late", "skipped", "posted/s", "judged/s"]
    rows = [
        [p.sample.platform, p.summary.sent, p.summary.accepted, p.summary.rejected, p.counted, p.duplicate, p.late, p.skipped,
         round(p.summary.events_per_second), round(p.judged_per_second)]
        for p in posted
    ]  # fmt: skip
    screen.table(names, rows, "events (judged/s: from the first request until the last event is judged)")
    for one in posted:
        name, summary = one.sample.platform, one.summary
        screen.holds(f"{name}: every event of the file was sent", one.sample.count, summary.sent)
        screen.holds(f"{name}: sent = accepted + rejected", summary.sent, summary.accepted + summary.rejected)
        read = one.counted + one.duplicate + one.late + one.skipped
        screen.holds(f"{name}: accepted = counted + duplicate + late + skipped", summary.accepted, read)
        screen.holds(f"{name}: heartbeats accepted", 2, len(summary.heartbeats))


def _until_read(sender: Sender, heartbeats: Sequence[str]) -> None:
    """Wait for the last heartbeat: one partition is read in order, so nothing lies behind it unread."""
    if not heartbeats:
        raise DemoFailed("no heartbeat was accepted after the last event")
    # posted again under the same Idempotency-Key it is answered by its first receipt
    last = sender.heartbeat(datetime.fromisoformat(heartbeats[-1])).receipt_id
    until = time.monotonic() + PATIENCE_SECONDS
    while sender.receipt(last).pending != 0:
        if time.monotonic() > until:
            raise DemoFailed(f"the detector had not read every event after {PATIENCE_SECONDS:.0f} s")
        time.sleep(0.2)


def _until_judged(url: str, key: str, sample: Sample) -> None:
    """Wait until every pair has a final: rows that were read may wait for the day before them to be sealed (C5)."""
    missing = {(t["session_id"], t["seller_id"], t["product_id"]) for t in sample.truth}
    until = time.monotonic() + PATIENCE_SECONDS
    with Reader(url, key) as reader:
        while missing:
            for session_id in sorted({pair[0] for pair in missing}):
                products = reader.products(sample.platform, session_id, limit=500)
                missing -= {(session_id, p["seller_id"], p["product_id"]) for p in products if p["finals"]}
            if missing and time.monotonic() > until:
                raise DemoFailed(f"{len(missing)} pairs of {sample.platform} had no final judgement after {PATIENCE_SECONDS:.0f} s")
            time.sleep(0.1)


def _sum(receipts: Sequence[Receipt], name: str) -> int:
    if any(receipt.pending != 0 for receipt in receipts):
        raise DemoFailed("a receipt still has rows pending behind the last heartbeat")
    return sum(int(getattr(receipt, name)) for receipt in receipts)
