"""How are made-up events written? One compact JSON object a line, the same bytes for the same rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def write_ndjson(path: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    """Writes the rows and says how many there were."""
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for row in rows:
            out.write(json.dumps(row, separators=(",", ":"), ensure_ascii=False, allow_nan=False) + "\n")
            count += 1
    return count
