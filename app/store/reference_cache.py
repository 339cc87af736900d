"""Which reference tables are at hand? The last few by content: what a hash names never changes, so nothing goes stale."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

import polars as pl


class ReferenceCache:
    """Least recently used tables by (kind, sha256), at most `capacity` of them; thread-safe."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._kept: OrderedDict[tuple[str, str], pl.DataFrame] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, kind: str, sha256: str, fetch: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """The table, fetched if it is not at hand. Two threads may fetch the same one: both get equal tables."""
        with self._lock:
            if (kind, sha256) in self._kept:
                self._kept.move_to_end((kind, sha256))
                return self._kept[kind, sha256]
        frame = fetch()
        with self._lock:
            self._kept[kind, sha256] = frame
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)
        return frame
