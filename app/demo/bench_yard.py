"""Against what, and with what, is measured? The bare parse of the same bytes, memory, the machine, a bar that shows how far it is."""

from __future__ import annotations

import os
import platform
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app.intake.fields import FIELDS, INTEGERS, Kind

TRIES: Final = 3
BATCH_EVENTS: Final = 5_000
_KINDS: Final = {Kind.QUANTITY: pl.Float64(), Kind.FLAG: pl.Boolean(), **dict.fromkeys(INTEGERS, pl.Int64())}
SCHEMA: Final[dict[str, pl.DataType]] = {name: _KINDS.get(field.kind, pl.String()) for name, field in FIELDS.items()}
"""The contract's fields as polars reads them: numbers as numbers, moments as text."""


def bare_parse_rate(bodies: Sequence[bytes], events: int) -> float:
    """Events per second of `pl.read_ndjson` over the same slices, nothing else done; the best of three."""
    best = float("inf")
    for _ in range(TRIES):
        began = time.perf_counter()
        for body in bodies:
            pl.read_ndjson(body, schema=SCHEMA)
        best = min(best, time.perf_counter() - began)
    return events / best


def slices(path: Path, size: int = BATCH_EVENTS) -> tuple[list[bytes], int]:
    """An NDJSON file as bodies of `size` lines, and the number of lines."""
    lines = path.read_bytes().splitlines(keepends=True)
    return [b"".join(lines[start : start + size]) for start in range(0, len(lines), size)], len(lines)


def resident_bytes() -> int:
    """Memory of this process now; its peak where the system does not tell."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * round(share * 1000) // 1000) - 1)]


def machine() -> dict[str, Any]:
    """On what it ran: figures without this mean nothing."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {"cores": cores, "load_before": round(os.getloadavg()[0], 2), "python": platform.python_version(), "polars": pl.__version__}


def bar() -> Progress:
    """A progress bar on stderr, so that `--json` stays one object."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True))
