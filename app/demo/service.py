"""How is the service started and ended? As a process of its own on loopback, with its log lines in a file."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx2

from app.demo.failure import DemoFailed

HOST: Final = "127.0.0.1"
STARTS_SECONDS: Final = 60.0
ENDS_SECONDS: Final = 30.0
TAIL_LINES: Final = 15
LOG_FILE: Final = "service.log"


def listening_port(wanted: int, *, may_move: bool) -> int:
    """The wanted port, or another free one where that is allowed. Raises DemoFailed."""
    for port in (wanted, 0) if may_move else (wanted,):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise DemoFailed(f"port {wanted} is taken; choose another one with --port")


@contextmanager
def serving(home: Path, url: str, settings: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """The service under `settings` (KAWAL_ names without the prefix), ready, until the block ends."""
    # nothing of the caller's own KAWAL_ settings may leak into the demonstration
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KAWAL_")}
    given = {f"KAWAL_{name.upper()}": value for name, value in settings.items()}
    log_path = home / LOG_FILE
    with log_path.open("wb") as log:
        command = [sys.executable, "-m", "app.demo.serve"]
        # a session of its own: Ctrl-C reaches us first, and we end it in order
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log, env={**clean, **given}, start_new_session=True)
        try:
            _until_alive(process, url, log_path)
            yield process
        finally:
            _end(process)


def tail(home: Path) -> str:
    """The last log lines of the service."""
    path = home / LOG_FILE
    return "\n".join(path.read_text(errors="replace").splitlines()[-TAIL_LINES:]) if path.exists() else ""


def _until_alive(process: subprocess.Popen[bytes], url: str, log_path: Path) -> None:
    until = time.monotonic() + STARTS_SECONDS
    with httpx2.Client(base_url=url, timeout=2.0, trust_env=False) as client:
        while time.monotonic() < until and process.poll() is None:
            try:
                if client.get("/livez").is_success:
                    return
            except httpx2.TransportError:
                time.sleep(0.1)
    raise DemoFailed(f"the service did not start:\n{tail(log_path.parent)}")


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(ENDS_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
