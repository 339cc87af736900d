"""Does the front door open? Every bash block of the README runs as printed, links resolve, figures are printed by the named command."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from app.demo.bench import BENCHES
from tests.docs.readme import README, ROOT, Block, blocks, squeezed

PRINTED = "http://127.0.0.1:8000"
SLOW = 3
"""A busy machine: `sleep` lasts longer, nothing else is changed."""
CLONE = ("app", "data", "docs", "models", "README.md")
NEXT = "--- next block ---"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A working directory that looks like a clone and keeps what the README writes away from ours."""
    folder = tmp_path / "clone"
    folder.mkdir()
    for name in CLONE:
        if (ROOT / name).exists():
            (folder / name).symlink_to(ROOT / name)
    programs = folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name, run in (("kawal", '-c "from app.cli import main; main()"'), ("python", "")):
        (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {run} "$@"\n')
        (programs / name).chmod(0o755)
    return folder


def environment(folder: Path) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KAWAL_")}
    return clean | {"PYTHONPATH": str(ROOT), "COLUMNS": "200", "no_proxy": "127.0.0.1"}


@pytest.fixture
def service(clone: Path) -> Iterator[str]:
    """`kawal serve` in the clone, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    url = f"http://127.0.0.1:{port}"
    with (clone / "service.log").open("wb") as log:
        command = [str(clone / ".venv/bin/kawal"), "serve", "--port", str(port)]
        process = subprocess.Popen(command, cwd=clone, env=environment(clone), stdout=log, stderr=log)
    try:
        _until_ready(url, process, clone / "service.log")
        yield url
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 90
    with httpx2.Client(trust_env=False, timeout=5.0) as client:
        while time.monotonic() < until and process.poll() is None:
            try:
                if client.get(f"{url}/readyz").is_success:
                    return
            except httpx2.TransportError:
                time.sleep(0.1)
    pytest.fail(f"kawal serve did not get ready:\n{log.read_text()[-2000:]}")


def script(told: list[Block], url: str) -> str:
    begin = f"set -e -o pipefail\nsleep() {{ command sleep $(( $1 * {SLOW} )); }}\n"
    return begin + "".join(f"{block.text}\necho; echo '{NEXT}'\n" for block in told).replace(PRINTED, url)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("curl") is None, reason="the README's lines are curl's")
def test_every_block_runs_as_printed_and_shows_what_is_promised(clone: Path, service: str) -> None:
    told = [block for block in blocks() if block.language == "bash"]
    assert [block.text for block in told if not block.shows] == []
    done = subprocess.run(
        ["bash", "-c", script(told, service)], cwd=clone, env=environment(clone), capture_output=True, text=True, timeout=240, check=False
    )
    outputs = done.stdout.split(NEXT)
    assert done.returncode == 0, f"block {len(outputs)} of {len(told)}:\n{outputs[-1]}\n{done.stderr[-3000:]}"
    for block, output in zip(told, outputs, strict=False):
        for promised in block.shows:
            assert squeezed(promised) in squeezed(output), f"{promised!r} is not in\n{output}\nof\n{block.text}"


def test_every_curl_stands_in_a_block_that_is_run() -> None:
    """Lines in `sh` blocks are not run by the test above: none of them may post or read."""
    assert [block.text for block in blocks() if block.language != "bash" and re.search(r"^\s*curl\b", block.text, re.MULTILINE)] == []
    assert sum(block.text.count("curl ") for block in blocks()) >= 10
    assert [line for block in blocks() for line in block.text.splitlines() if "curl -" in line and "--fail-with-body" not in line] == []


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("page", [README, *sorted((ROOT / "docs").glob("*.md"))], ids=lambda p: p.name)
def test_links_inside_the_house_resolve(page: Path) -> None:
    text = page.read_text()
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        found = (page.parent / name) if name else page
        headings = re.findall(r"^#+ (.*)$", found.read_text(), re.MULTILINE) if anchor and found.exists() else []
        if not found.exists() or (anchor and anchor not in {_anchor(h) for h in headings}):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", [README, *sorted((ROOT / "docs").glob("*.md"))], ids=lambda p: p.name)
def test_files_that_are_named_exist(page: Path) -> None:
    named = set(re.findall(r"`((?:app|docs|data|tests)/[\w./-]*\w\.\w+)`", page.read_text()))
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


def test_the_pictures_are_small() -> None:
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README.read_text())
    assert pictures
    assert [name for name in pictures if (ROOT / name).stat().st_size >= 300_000] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(BENCHES))
def test_figures_are_those_that_the_named_command_prints(name: str) -> None:
    """The command's own function, made small: the figures are of one machine, their names are checked."""
    table = README.read_text().split("<!-- figures: begin -->")[1].split("<!-- figures: end -->")[0]
    command, named = "", set()
    for first, figure in re.findall(r"^\| (.*?) ?\| `(\w+)` \|", table, re.MULTILINE):
        command = first.strip("` ") or command
        if command == f"kawal bench {name} --json":
            named.add(figure)
    assert named
    small = {"line": {"sessions": 2}, "ingest": {"batches": 2, "connections": 2}, "scoring": {"batches": {10_000: 1, 1_000: 1, 1: 1}}}[name]
    assert named - BENCHES[name](**small).keys() == set()  # type: ignore[call-arg]


def test_figures_of_the_demonstration_are_lines_that_it_prints() -> None:
    """Their values are checked by the demonstration itself, which ends with 1 if one does not hold."""
    part = README.read_text().split("What `make demo CHECK=1` prints:")[1].split("With the cost known")[0]
    named = re.findall(r"`([^`]+)`", part)
    assert len(named) >= 5
    source = "".join(path.read_text() for path in sorted((ROOT / "app" / "demo").glob("*.py")))
    said = re.sub(r"\{[^{}]*\}|\d+", "0", source)
    assert [name for name in named if re.sub(r"\d+", "0", name) not in said] == []


def test_no_address_of_anyones_own_machine() -> None:
    own = re.compile(r"(/home/|/root/|/tmp/|/Users/|pypi|artifactory|\.internal\b)", re.IGNORECASE)
    pages = [README, *sorted((ROOT / "docs").rglob("*.md")), ROOT / "docs" / "openapi.json"]
    assert [(page.name, line) for page in pages for line in page.read_text().splitlines() if own.search(line)] == []
