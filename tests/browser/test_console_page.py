"""Does a real browser show the page as meant? Chromium against a real socket: drawn, complete, without a script or a foreign request."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from tests.api.reading import open_house
from tests.conftest import require_service

pytestmark = pytest.mark.browser
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)  # fmt: skip
COMPARE = "/console/compare?a=siarmart:s-77:p-9&b=siarmart:s-78:p-21"


def chromium() -> str:
    named = os.environ.get("KAWAL_TEST_CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser") or require_service("Chromium", "no chromium on the PATH")


@pytest.fixture
def address(tmp_home: Path) -> Iterator[str]:
    """The house behind a real uvicorn on a free port."""
    with open_house(tmp_home, console_open=True) as house:
        server = uvicorn.Server(uvicorn.Config(house.client.app, host="127.0.0.1", port=0, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join(10)


def browse(address: str, tmp_path: Path, *more: str) -> subprocess.CompletedProcess[bytes]:
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    return subprocess.run([chromium(), *FLAGS, profile, *more, address], capture_output=True, timeout=90, check=True)


def test_the_session_page_is_drawn_without_complaint(address: str, tmp_path: Path) -> None:
    seen = browse(f"{address}/console/sessions/siarmart:s-77", tmp_path, "--dump-dom", "--enable-logging=stderr", "--v=0")
    dom, said = seen.stdout.decode(), seen.stderr.decode()
    assert dom.count('<svg class="plot') == 1
    assert "Indikasi statistik, bukan putusan" in dom
    assert "CONSOLE" not in said, said  # a refused style or script would be reported here
    assert "Refused to" not in said


@pytest.mark.parametrize(("path", "size"), [("/console", "1280,900"), (COMPARE, "1280,1600"), (COMPARE, "420,1600")])
def test_pages_paint(address: str, tmp_path: Path, path: str, size: str) -> None:
    picture = tmp_path / "page.png"
    browse(address + path, tmp_path, f"--screenshot={picture}", f"--window-size={size}")
    # an unstyled or empty page of this size compresses to a few kB
    assert picture.stat().st_size > 25_000


def test_it_prints(address: str, tmp_path: Path) -> None:
    paper = tmp_path / "page.pdf"
    browse(address + COMPARE, tmp_path, f"--print-to-pdf={paper}", "--no-pdf-header-footer")
    assert paper.read_bytes().startswith(b"%PDF")
