"""What is in the log's SQLite file, how is it opened, and what do its refusals mean?"""

from __future__ import annotations

import queue
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from app.log.port import LogFull, LogNotWritable

BUSY_SECONDS: Final = 30.0
_SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL)",
    # the next position and the last log time outlive the records, so that trimming never re-uses a position
    "CREATE TABLE IF NOT EXISTS head (partition INTEGER PRIMARY KEY, next_pos INTEGER NOT NULL, logged_us INTEGER NOT NULL)",
    """CREATE TABLE IF NOT EXISTS record (partition INTEGER NOT NULL, pos INTEGER NOT NULL, logged_us INTEGER NOT NULL,
    body BLOB NOT NULL, PRIMARY KEY (partition, pos))""",
)


def connect(path: Path) -> sqlite3.Connection:
    """A connection in autocommit mode that any thread may use, one at a time. Makes the folder if it is missing."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LogNotWritable(f"no folder for the log: {error}") from error
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL").close()
    connection.execute("PRAGMA synchronous=FULL").close()
    return connection


def prepare(connection: sqlite3.Connection, partitions: int, max_bytes: int | None) -> int:
    """Make the tables of a new log with `partitions`; return the number of partitions that the file has."""
    connection.execute("BEGIN IMMEDIATE")
    for statement in _SCHEMA:
        connection.execute(statement)
    connection.execute("INSERT OR IGNORE INTO meta VALUES ('partitions', ?)", (partitions,))
    kept = int(connection.execute("SELECT value FROM meta WHERE name = 'partitions'").fetchone()[0])
    connection.executemany("INSERT OR IGNORE INTO head VALUES (?, 0, 0)", [(p,) for p in range(kept)])
    connection.execute("COMMIT")
    if max_bytes is not None:
        page = int(connection.execute("PRAGMA page_size").fetchone()[0])
        connection.execute(f"PRAGMA max_page_count={max(1, max_bytes // page)}").close()
    return kept


def refusal(error: sqlite3.Error) -> LogFull | LogNotWritable:
    """What a SQLite error means to whoever wanted to write."""
    # extended codes carry the primary code in their low byte
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None and code & 0xFF == sqlite3.SQLITE_FULL:
        return LogFull(f"the log has no room left: {error}")
    return LogNotWritable(f"the log cannot be written: {error}")


class Readers:
    """Connections for reading, lent to one thread at a time and kept for the next."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()

    @contextmanager
    def borrow(self) -> Iterator[sqlite3.Connection]:
        """A connection for a few statements; it goes back even if they fail."""
        try:
            connection = self._idle.get_nowait()
        except queue.Empty:
            connection = connect(self._path)
        try:
            yield connection
        finally:
            self._idle.put(connection)

    def close(self) -> None:
        """Close the idle connections."""
        while True:
            try:
                self._idle.get_nowait().close()
            except queue.Empty:
                return
