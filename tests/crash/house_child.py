"""A child of test_kill_detector: intake and detector on a home folder, until killed.

`python -m tests.crash.house_child HOME SEED PARTITIONS FIRST_BATCH`

Says `ack N M` after batch N was acknowledged with M events accepted and `worked` after each turn. Goes on from the first batch that was
not acknowledged: batch N carries the Idempotency-Key `batch-N`, so a batch whose answer was lost is not kept twice.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from app.intake.accept import Post
from app.intake.sender import Sender
from tests.property.nights import batches, references, two_evenings
from tests.property.rig import Rig, made_up_forest

PLATFORMS = ("tiktok", "shopee", "lazada")


def main(home: Path, seed: int, partitions: int, first: int) -> None:
    rig = Rig(home, partitions)
    if not rig.one("select * from snapshot"):
        rig.configure(model_id="made-up", senders={"tiktok": ("k",)}, **references())
    elif rig.log.bounds(partitions - 1)[1] == 0:  # killed between the snapshot and its announcement
        rig.configure()
    loop = rig.loop(slice_bytes=40_000)
    print("up", flush=True)
    for number, (moment, platform, events) in enumerate(batches(two_evenings(seed), 120)):
        if number >= first:
            rig.now_us = max(rig.now_us, moment)
            body = b"".join(json.dumps(e).encode() + b"\n" for e in events)
            sender = Sender("k", (platform, *(p for p in PLATFORMS if p != platform)))
            answer = rig.door.accept(Post(body, "application/x-ndjson", idempotency_key=f"batch-{number}"), sender, rig.now_us)
            print("ack", number, answer.receipt["accepted"], flush=True)
            loop.turn()
            print("worked", flush=True)
    loop.drain()
    print("done", flush=True)


if __name__ == "__main__":
    with made_up_forest():
        main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
