"""What are the canonical bytes of a judgement? Sorted compact JSON, floats at 12 significant digits (D3)."""

from __future__ import annotations

import hashlib
import json
import math
from typing import Any


def rounded(value: float) -> float:
    """A float at 12 significant digits, so that the last bits of a sum never decide an equality."""
    return float(f"{value:.12g}") if math.isfinite(value) else value


def _plain(value: Any) -> Any:
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        # beyond 2**53 a JSON reader may lose digits: such sums travel as strings (B1)
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, float):
        return rounded(value) if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    raise TypeError(f"no canonical form for {type(value).__name__}")


def canonical_bytes(value: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces; raises TypeError for a type without a canonical form."""
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(value: Any) -> str:
    """sha256 (hex) of the canonical bytes."""
    return hashlib.sha256(canonical_bytes(value)).hexdigest()
