"""Which benchmarks are there? Name -> what measures it; every ratio is to something bare over the same input in the same run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from app.demo.bench_ingest import ingest
from app.demo.bench_line import line
from app.demo.bench_scoring import scoring

BENCHES: Final[dict[str, Callable[[], dict[str, Any]]]] = {"line": line, "ingest": ingest, "scoring": scoring}
