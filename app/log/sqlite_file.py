"""What is in the log's SQLite file, and what do its refusals mean?"""

from __future__ import annotations

import sqlite3
from typing import Final

from app.log.durable import transaction
from app.log.port import LogFull, LogNotWritable

_SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL)",
    # the next position and the last log time outlive the records, so that trimming never re-uses a position
    "CREATE TABLE IF NOT EXISTS head (partition INTEGER PRIMARY KEY, next_pos INTEGER NOT NULL, logged_us INTEGER NOT NULL)",
    """CREATE TABLE IF NOT EXISTS record (partition INTEGER NOT NULL, pos INTEGER NOT NULL, logged_us INTEGER NOT NULL,
    body BLOB NOT NULL, PRIMARY KEY (partition, pos))""",
)


def prepare(connection: sqlite3.Connection, partitions: int, max_bytes: int | None) -> int:
    """Make the tables of a new log with `partitions`; return the number of partitions that the file has."""
    with transaction(connection):
        for statement in _SCHEMA:
            connection.execute(statement)
        connection.execute("INSERT OR IGNORE INTO meta VALUES ('partitions', ?)", (partitions,))
        kept = int(connection.execute("SELECT value FROM meta WHERE name = 'partitions'").fetchone()[0])
        connection.executemany("INSERT OR IGNORE INTO head VALUES (?, 0, 0)", [(p,) for p in range(kept)])
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
