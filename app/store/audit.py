"""Who did what? An append-only, hash-chained trail in a SQLite file of its own (SEMANTICS F3)."""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from app.domain.canonical import canonical_bytes
from app.log.durable import connect, transaction
from app.log.group import GroupCommit

GENESIS: Final = "0" * 64
_SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS entry (sequence INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
    object TEXT NOT NULL, body TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL)""",
    "CREATE TRIGGER IF NOT EXISTS entry_kept BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS entry_frozen BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END",
)


class AuditNotWritable(Exception):
    """The trail cannot be written: what is not audited must not be answered."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail. `at_us`: UTC microseconds; `body`: canonical JSON; `hash` covers all of it and `previous`."""

    sequence: int
    at_us: int
    actor: str
    action: str
    object: str
    body: str
    previous: str
    hash: str


_Said = tuple[str, str, str, str]


class AuditTrail:
    """The trail in one file; several processes may append to one chain. Thread-safe."""

    def __init__(self, path: Path | str, *, clock: Callable[[], int] = lambda: time.time_ns() // 1000) -> None:
        self._path = Path(path)
        self._clock = clock
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._writer = connect(self._path)
            for statement in _SCHEMA:
                self._writer.execute(statement)
        except sqlite3.Error as error:
            raise AuditNotWritable(str(error)) from error
        self._group: GroupCommit[_Said, Entry] = GroupCommit(self._commit)

    def append(self, actor: str, action: str, object: str, body: Mapping[str, Any] | None = None) -> Entry:
        """Write one entry durably and return it; what waits at the same time shares the commit. Raises AuditNotWritable."""
        return self._group.submit((actor, action, object, canonical_bytes(dict(body or {})).decode()))

    def head(self) -> tuple[int, str]:
        """(sequence, hash) of the last entry, to be signed; (0, zeros) for an empty trail."""
        with closing(connect(self._path)) as connection:
            return _head(connection)

    def entries(self, after_sequence: int = 0, limit: int = 100) -> list[Entry]:
        """Entries in order, at most `limit` after a sequence."""
        with closing(connect(self._path)) as connection:
            rows = connection.execute("SELECT * FROM entry WHERE sequence > ? ORDER BY sequence LIMIT ?", (after_sequence, limit))
            return [Entry(*row) for row in rows]

    def verify(self) -> int | None:
        """The first sequence that is missing or was altered; None if the chain holds. A cut-off tail shows only against a signed head."""
        expected, previous = 1, GENESIS
        with closing(connect(self._path)) as connection:
            for row in connection.execute("SELECT * FROM entry ORDER BY sequence"):
                entry = Entry(*row)
                if entry.sequence != expected or entry.previous != previous or entry.hash != _hash(*row[:-1]):
                    return expected
                expected, previous = expected + 1, entry.hash
        return None

    def close(self) -> None:
        """Release the file."""
        self._group.run(self._writer.close)

    def _commit(self, group: Sequence[_Said]) -> list[Entry]:
        try:
            with transaction(self._writer):
                entries = self._chain(group)
                rows = [tuple(getattr(e, name) for name in Entry.__slots__) for e in entries]
                self._writer.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
                return entries
        except sqlite3.Error as error:
            raise AuditNotWritable(str(error)) from error

    def _chain(self, group: Sequence[_Said]) -> list[Entry]:
        sequence, previous = _head(self._writer)
        entries: list[Entry] = []
        for said in group:
            sequence += 1
            at_us = self._clock()
            entries.append(Entry(sequence, at_us, *said, previous, _hash(sequence, at_us, *said, previous)))
            previous = entries[-1].hash
        return entries


def _head(connection: sqlite3.Connection) -> tuple[int, str]:
    found = connection.execute("SELECT sequence, hash FROM entry ORDER BY sequence DESC LIMIT 1").fetchone()
    return (0, GENESIS) if found is None else (int(found[0]), str(found[1]))


def _hash(sequence: int, at_us: int, actor: str, action: str, object: str, body: str, previous: str) -> str:
    return hashlib.sha256(canonical_bytes([sequence, at_us, actor, action, object, body, previous])).hexdigest()
