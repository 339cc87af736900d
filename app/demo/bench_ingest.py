"""How fast is the door? 5,000-event NDJSON batches over HTTP into the durable log of a process of its own, nothing judged."""

from __future__ import annotations

import json
import queue
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx2
from rich.progress import Progress, TaskID

from app.demo import bench_yard as yard
from app.demo.failure import DemoFailed
from app.demo.service import HOST, listening_port, serving
from app.domain.levels import Role
from app.runtime import create_key
from app.settings import Settings

BATCHES: Final = 60
CONNECTIONS: Final = 4
PLATFORM: Final = "pasar-ukur"
WHAT: Final = "door over HTTP: 202 after the commit (SQLite, synchronous=FULL); no detector runs; the load is on the same machine"


def ingest(batches: int = BATCHES, connections: int = CONNECTIONS) -> dict[str, Any]:
    """Rates and latencies of the door alone; a first batch warms it and is not counted."""
    on = yard.machine()
    bodies = [made_up(number) for number in range(batches + 1)]
    with tempfile.TemporaryDirectory(prefix="kawal-bench-") as folder:
        home = Path(folder)
        url = f"http://{HOST}:{listening_port(0, may_move=True)}"
        _, key = create_key(Settings(home=home), "bench", Role.PLATFORM, (PLATFORM,), sandbox=False)
        given = {"home": folder, "host": HOST, "port": url.rpartition(":")[2], "role": "edge", "log_level": "WARNING"}
        with serving(home, url, given):
            _post(bodies[:1], url, key, 1)
            seconds, waits = _post(bodies[1:], url, key, connections)
    events = batches * yard.BATCH_EVENTS
    bare = yard.bare_parse_rate(bodies[1:], events)
    return {
        "what": WHAT,
        "events": events,
        "bytes": sum(map(len, bodies[1:])),
        "batch_events": yard.BATCH_EVENTS,
        "connections": connections,
        "seconds": round(seconds, 3),
        "events_per_second": round(events / seconds),
        "bare_parse_events_per_second": round(bare),
        "ratio_to_bare_parse": round(events / seconds / bare, 5),
        "p50_ms": round(1000 * yard.percentile(waits, 0.5), 1),
        "p99_ms": round(1000 * yard.percentile(waits, 0.99), 1),
        **on,
    }


def made_up(number: int, size: int = yard.BATCH_EVENTS) -> bytes:
    """A batch of sales, every id new, 500 products of 25 categories, in the hour that is just over."""
    begin = datetime.now(UTC) - timedelta(hours=1)
    fixed = {"type": "sale", "currency": "IDR", "status": "paid", "line_id": "1", "list_price": 60000, "platform_discount_total": 0}
    lines = []
    for index in range(size):
        event = number * size + index
        product = event % 500
        at = (begin + timedelta(milliseconds=event % 3_000_000)).isoformat()
        names = {"session_id": f"s-{product % 40}", "seller_id": f"toko-{product % 80}", "product_id": f"p-{product}"}
        own = {"event_id": f"e-{event}", "occurred_at": at, "category_id": f"c-{product % 25}", "order_id": f"o-{event}"}
        more = {"price": 40000 + 10 * product, "quantity": 1 + event % 3, "seller_voucher_total": 0, "platform_voucher_total": 0}
        lines.append(json.dumps(fixed | own | names | more, separators=(",", ":")))
    return ("\n".join(lines) + "\n").encode()


def _post(bodies: list[bytes], url: str, key: str, connections: int) -> tuple[float, list[float]]:
    work: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    for body in bodies:
        work.put(body)
    waits: list[float] = []
    failures: list[str] = []
    with yard.bar() as bars:
        task = bars.add_task("batches, durable", total=len(bodies))
        threads = [threading.Thread(target=_sender, args=(work, url, key, waits, failures, (bars, task))) for _ in range(connections)]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - began
    if failures or len(waits) < len(bodies):
        raise DemoFailed(f"the door refused: {failures[:1]}")
    return seconds, waits


def _sender(
    work: queue.SimpleQueue[bytes], url: str, key: str, waits: list[float], failures: list[str], shown: tuple[Progress, TaskID]
) -> None:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/x-ndjson"}
    try:
        with httpx2.Client(base_url=url, headers=headers, timeout=60.0, trust_env=False) as client:
            while not failures:
                body = work.get_nowait()
                began = time.perf_counter()
                answer = client.post("/v1/events", content=body)
                waits.append(time.perf_counter() - began)
                if answer.status_code != 202 or answer.json()["rejected"]:
                    failures.append(answer.text[:300])
                shown[0].advance(shown[1])
    except queue.Empty:
        return
    except httpx2.TransportError as error:
        failures.append(f"{type(error).__name__}: {error}")
