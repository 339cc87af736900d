"""Do the printed lines do what is said beside them? They are run as printed, in one shell, against the clock."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from typing import Any, Final

from app.demo.curl_lines import PRODUCT, Lines
from app.demo.failure import DemoFailed
from app.demo.screen import Screen

WITHIN_SECONDS: Final = 2.0
GIVES_UP_SECONDS: Final = 10.0


def check(lines: Lines, screen: Screen) -> None:
    """Run the lines: L3 within two seconds of the sale, L0 within two seconds of its cancellation."""
    for tool in ("bash", "curl"):
        if shutil.which(tool) is None:
            raise DemoFailed(f"{tool} is not installed: the printed lines cannot be tried")
    with Shell() as shell:
        screen.holds("sale under the seller's declared cost: events accepted", 3, shell.json(lines.sale).get("accepted"))
        _level(shell, lines.read, 3, "possibly under cost (seller's own word)", screen)
        screen.holds("its cancellation: events accepted", 1, shell.json(lines.cancelled).get("accepted"))
        _level(shell, lines.read, 0, "nothing was sold", screen)


def _level(shell: Shell, line: str, wanted: int, meaning: str, screen: Screen) -> None:
    began = time.monotonic()
    found: object = None
    while found != wanted and time.monotonic() - began < GIVES_UP_SECONDS:
        found = _provisional(shell.json(line))
    seconds = time.monotonic() - began
    said = f"L{found} after {seconds:.2f} s" if found is not None else f"no provisional level after {seconds:.2f} s"
    what = f"provisional level, {meaning}"
    screen.holds(what, f"L{wanted} within {WITHIN_SECONDS:.0f} s", said, found == wanted and seconds <= WITHIN_SECONDS)


def _provisional(page: dict[str, Any]) -> int | None:
    items = [i for i in page.get("items", []) if i["product_id"] == PRODUCT]
    return int(items[0]["provisional"]["level"]) if items and items[0]["provisional"] else None


class Shell:
    """One bash that remembers its variables, as a reader's would. Use it in a `with`."""

    def __init__(self) -> None:
        pipe = subprocess.PIPE
        self._bash = subprocess.Popen(["bash", "--noprofile", "--norc"], stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True)

    def json(self, line: str) -> dict[str, Any]:
        """What the line prints. Raises DemoFailed if that is no JSON object."""
        assert self._bash.stdin is not None
        assert self._bash.stdout is not None
        self._bash.stdin.write(line + "\n")
        self._bash.stdin.flush()
        said = self._bash.stdout.readline()
        try:
            body = json.loads(said)
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise DemoFailed(f"a printed curl line answered {said.strip() or 'nothing'!r}, not a JSON object")
        return body

    def __enter__(self) -> Shell:
        return self

    def __exit__(self, *_: object) -> None:
        self._bash.kill()
        self._bash.wait()
        for stream in (self._bash.stdin, self._bash.stdout):
            if stream is not None:
                stream.close()
