"""Is everything that was acknowledged still there after kill -9?"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from app.log.port import Part
from app.log.record import unpack
from app.log.sqlite import SqliteEventLog

ROOT = Path(__file__).resolve().parents[2]
CHILD = """
import sys, threading
from app.log.port import Part
from app.log.record import pack_control
from app.log.sqlite import SqliteEventLog

log, lock = SqliteEventLog(sys.argv[1], 4), threading.Lock()

def post(worker):
    number = 0
    while True:
        body = pack_control("tick", {"worker": worker, "number": number, "life": sys.argv[2]}, edge="child")
        parts = [Part((worker + k) % 4, body) for k in range(2)]
        positions = log.append(parts)
        with lock:  # said only after the append has returned
            for part, pos in zip(parts, positions):
                print(part.partition, pos, worker, number, flush=True)
        number += 1

for worker in range(4):
    threading.Thread(target=post, args=(worker,)).start()
"""


def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    chance = random.Random(20261121)
    said: dict[tuple[int, int], dict[str, object]] = {}
    for life in range(4):
        child = subprocess.Popen([sys.executable, "-c", CHILD, str(path), str(life)], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert child.stdout is not None
        lines = [child.stdout.readline()]  # it is up
        time.sleep(chance.uniform(0.05, 0.4))
        child.send_signal(signal.SIGKILL)
        lines += child.stdout.read().splitlines(keepends=True)
        child.wait()
        child.stdout.close()
        for line in (text for text in lines if text.endswith("\n")):
            partition, pos, worker, number = map(int, line.split())
            assert (partition, pos) not in said
            said[partition, pos] = {"worker": worker, "number": number, "life": str(life)}
    assert len(said) > 100
    log = SqliteEventLog(path, 4)
    kept = {(r.partition, r.pos): unpack(r.body).control for p in range(4) for r in log.read(p, 0)}
    assert {at: kept.get(at) for at in said} == said
    for partition in range(4):  # without a hole
        oldest, following = log.bounds(partition)
        assert [r.pos for r in log.read(partition, 0)] == list(range(oldest, following))
    assert log.append([Part(0, b"on it goes")]) == [log.bounds(0)[1] - 1]
    log.close()
