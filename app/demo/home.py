"""Where does the demonstration write? Into a folder of its own, made anew at every start and never anybody else's."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from app.demo.failure import DemoFailed

DEFAULT: Final = Path("var/demo")
MARKER: Final = ".kawal-demo"
_TEXT: Final = "This folder belongs to `kawal demo`, which deletes it at every start.\n"


@contextmanager
def fresh_home(home: Path) -> Iterator[Path]:
    """The folder, empty but for its marker, ours until the block ends. Raises DemoFailed rather than delete what isn't a demo's."""
    marker = home / MARKER
    if home.is_symlink() or (home.exists() and not home.is_dir()):
        raise DemoFailed(f"{home} is no folder; give another one with --home")
    if home.exists() and any(home.iterdir()) and not marker.is_file():
        raise DemoFailed(f"{home} is not empty and holds no {MARKER}: it is not deleted; give another folder with --home")
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with marker.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DemoFailed(f"another demonstration is running in {home}; end it, or give another folder with --home") from None
        _empty(home)
        os.truncate(marker, 0)
        file.write(_TEXT)
        file.flush()
        yield home


def _empty(home: Path) -> None:
    for found in home.iterdir():
        if found.name == MARKER:
            continue
        if found.is_dir() and not found.is_symlink():
            shutil.rmtree(found)
        else:
            found.unlink()
