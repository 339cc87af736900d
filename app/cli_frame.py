"""What do all commands of `kawal` share? The plain console, settings from options, one line for a mistake."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

out = Console()
Home = Annotated[Path | None, typer.Option(help="Folder of the service's files; default KAWAL_HOME or ./var.")]


def settings_of(home: Path | None, **given: object):  # type: ignore[no-untyped-def]  # Settings, imported late: --help must be quick
    """Settings from the environment and the options given; a bad one ends the command."""
    from pydantic import ValidationError

    from app.settings import Settings

    try:
        return Settings(**{k: v for k, v in {"home": home, **given}.items() if v is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        fail("; ".join(f"{'.'.join(map(str, e['loc'])) or 'settings'}: {e['msg'].removeprefix('Value error, ')}" for e in error.errors()))


def now_us() -> int:
    """UTC microseconds."""
    return time.time_ns() // 1000


def fail(message: str) -> NoReturn:
    """Say in one line what was wrong and end with exit code 2."""
    print("kawal: " + " ".join(message.split()), file=sys.stderr)
    raise typer.Exit(2)
