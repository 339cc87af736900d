"""How does a test run the real thing? `kawal` as a child process over a home of its own, on a free port, ended by SIGTERM."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from app.domain.levels import Role
from app.runtime import create_key
from app.settings import Settings

KAWAL = Path(sys.executable).with_name("kawal")
PATIENCE = 120.0
Finals = dict[tuple[Any, ...], str]


def environment(home: Path, **settings: object) -> dict[str, str]:
    """Only what the test says reaches the child: none of the caller's KAWAL_ settings."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("KAWAL_")}
    return clean | {"KAWAL_HOME": str(home), **{f"KAWAL_{k.upper()}": str(v) for k, v in settings.items()}}


def until(said: Callable[[], Any], seconds: float = PATIENCE, what: str = "") -> Any:
    """The first true answer, asked for every 20 ms."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := said():
            return answer
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s: {what or said}")


@dataclass
class Service:
    """A served home."""

    home: Path
    process: subprocess.Popen[bytes]
    log: Path
    url: str = ""

    def lines(self) -> list[dict[str, Any]]:
        """Every line the process has written; each must be JSON."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def key(self, role: Role, *platforms: str, sandbox: bool = False) -> str:
        return create_key(Settings(home=self.home), "test", role, platforms, sandbox=sandbox)[1]

    def client(self, key: str = "") -> httpx2.Client:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return httpx2.Client(base_url=self.url, headers=headers, timeout=30.0, trust_env=False)

    def ready(self) -> bool:
        try:
            return httpx2.get(f"{self.url}/readyz", trust_env=False).is_success
        except httpx2.TransportError:
            return False

    def stop(self) -> float:
        """SIGTERM; the seconds until the process had ended."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        return time.monotonic() - began


@contextmanager
def serving(home: Path, *, port: int = 0, **settings: object) -> Iterator[Service]:
    """`kawal serve`, ready; ended with the block if it still runs."""
    log = home / f"serve-{time.monotonic_ns()}.log"
    with log.open("wb") as file:
        command = [KAWAL, "serve", "--port", str(port)]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, env=environment(home, **settings))
    service = Service(home, process, log)
    try:
        service.url = until(lambda: _address(process, log), what="listening")
        until(service.ready, what="ready")
        yield service
    finally:
        if process.poll() is None:
            service.stop()


def _address(process: subprocess.Popen[bytes], log: Path) -> str | None:
    assert process.poll() is None, log.read_text()
    for line in log.read_text().splitlines():
        if "running on http" in line:
            return str(json.loads(line)["event"]).split()[3]
    return None


def kawal(home: Path, *arguments: object, **settings: object) -> subprocess.CompletedProcess[str]:
    """Any other command, to its end."""
    command = [KAWAL, *map(str, arguments)]
    return subprocess.run(command, env=environment(home, **settings), capture_output=True, text=True, timeout=240, check=False)


def caught_up(home: Path) -> bool:
    """Is every record of the log worked? Asked of the files, beside the running service."""
    with closing(sqlite3.connect(home / "log.sqlite3")) as log, closing(sqlite3.connect(home / "store.sqlite3")) as store:
        heads = dict(log.execute("SELECT partition, next_pos FROM head"))
        return heads == dict(store.execute("SELECT partition, next_pos FROM ledger"))


def copied(home: Path, to: Path) -> Path:
    """A home as it lies there; nobody may have it open."""
    shutil.copytree(home, to)
    return to


def finals(home: Path) -> Finals:
    """Canonical bytes of every final by pair and pane, as kept by the store."""
    return finals_of(home / "store.sqlite3")


def finals_of(store: Path) -> Finals:
    """The same of a store's file."""
    with closing(sqlite3.connect(store)) as connection:
        rows = connection.execute("SELECT platform, session_id, seller_id, product_id, key, pane, body FROM final").fetchall()
    return {row[:6]: row[6] for row in rows}


def versions(home: Path) -> set[tuple[Any, ...]]:
    """Every frozen version of every finding, by its hash."""
    with closing(sqlite3.connect(home / "store.sqlite3")) as connection:
        return set(connection.execute("SELECT finding_id, version, pane, sha256 FROM finding_version"))
