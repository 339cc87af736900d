"""How are things named? Partition of a key and content-made ids, so that no id is random or serial (D1, D3)."""

from __future__ import annotations

import hashlib
import zlib


def partition_of(key: str, partitions: int) -> int:
    """crc32(key) mod P; P is stored in the log and refused if changed (D1)."""
    return zlib.crc32(key.encode()) % partitions


def session_key(platform: str, session_id: str) -> str:
    """The key whose partition owns the session row (D1)."""
    return f"{platform}:session:{session_id}"


def name(kind: str, *parts: str) -> str:
    """An id made from what it names: `kind` + "_" + 128 bits of the sha256 of its parts, length-prefixed."""
    text = "".join(f"{len(p)}:{p}" for p in parts)
    return f"{kind}_{hashlib.sha256(text.encode()).hexdigest()[:32]}"
