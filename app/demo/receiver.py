"""Who stands in for the authority? A small receiver on loopback that keeps what it was sent, byte for byte."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

PATH: Final = "/kppu/referrals"
LARGEST_BYTES: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Arrived:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """What has arrived so far."""

    url: str = ""
    arrived: list[Arrived] = field(default_factory=list)

    def wait(self, seconds: float, count: int = 1) -> Arrived | None:
        """The newest request once there are `count`; None if there are not in time."""
        until = time.monotonic() + seconds
        while len(self.arrived) < count:
            if time.monotonic() > until:
                return None
            time.sleep(0.05)
        return self.arrived[-1]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Listen on a free port of 127.0.0.1 until the block ends."""
    receiver = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(receiver))
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}{PATH}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="demo-authority", daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            good = self.path == PATH and 0 < length <= LARGEST_BYTES
            body = self.rfile.read(length) if good else b""
            if good:
                receiver.arrived.append(Arrived(self.path, dict(self.headers.items()), body))
            self.send_response(204 if good else 404)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Say nothing: the demonstration prints what matters."""

    return Handler
