"""How is the log kept on one machine? One SQLite file, every commit fsynced and shared by whoever waits (engine.md 3)."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from app.log.durable import Readers, connect, transaction
from app.log.group import GroupCommit
from app.log.port import LogNotWritable, Part, PartitionsChanged, Record
from app.log.sqlite_file import prepare, refusal

DEFAULT_READ_BYTES: Final = 32_000_000


def now_us() -> int:
    """The log's own clock: UTC microseconds."""
    return time.time_ns() // 1000


class SqliteEventLog:
    """An EventLog in one SQLite file that several processes may open.

    `clock` gives UTC microseconds; `max_bytes` bounds the file (LogFull beyond it), None leaves it to the disk.
    Raises PartitionsChanged, LogNotWritable.
    """

    def __init__(self, path: Path | str, partitions: int, *, clock: Callable[[], int] = now_us, max_bytes: int | None = None) -> None:
        self._path = Path(path)
        self._clock = clock
        self._partitions = partitions
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = connect(self._path)
            kept = prepare(self._writer, partitions, max_bytes)
        except sqlite3.Error as error:
            raise refusal(error) from error
        except OSError as error:
            raise LogNotWritable(f"no folder for the log: {error}") from error
        if kept != partitions:
            self._writer.close()
            raise PartitionsChanged(f"the log has {kept} partitions for ever, not {partitions}")
        self._group: GroupCommit[Sequence[Part], list[int]] = GroupCommit(self._commit)
        self._readers = Readers(self._path)
        self._appended = 0
        self._news = threading.Condition()
        self._closed = False

    @property
    def partitions(self) -> int:
        """P, fixed when the log was made."""
        return self._partitions

    def append(self, parts: Sequence[Part]) -> list[int]:
        """Write all parts in one durable commit and return their positions. Raises LogFull, LogNotWritable, ValueError."""
        for part in parts:
            if not 0 <= part.partition < self._partitions:
                raise ValueError(f"no partition {part.partition} in a log of {self._partitions}")
        if not parts:
            return []
        positions = self._group.submit(parts)
        with self._news:
            self._appended += 1
            self._news.notify_all()
        return positions

    def read(self, partition: int, pos: int, max_bytes: int = DEFAULT_READ_BYTES) -> list[Record]:
        """Records from `pos` on, in order, as many as fit in max_bytes (at least one if there is one)."""
        records: list[Record] = []
        size = 0
        with self._readers.borrow() as connection:
            rows = connection.execute(
                "SELECT pos, logged_us, body FROM record WHERE partition = ? AND pos >= ? ORDER BY pos", (partition, pos)
            )
            for found, logged_us, body in rows:
                size += len(body)
                if records and size > max_bytes:
                    break
                records.append(Record(partition, found, logged_us, body))
            rows.close()  # ends the read transaction: an open one keeps the journal from being folded back
        return records

    def bounds(self, partition: int) -> tuple[int, int]:
        """(oldest kept position, next position)."""
        with self._readers.borrow() as connection:
            return _bounds(connection, partition)

    def pos_at(self, partition: int, us: int) -> int:
        """First position whose log time (microseconds) is >= us, else the next position."""
        with self._readers.borrow() as connection:
            low, high = _bounds(connection, partition)
            while low < high:  # log time never falls with the position, so no index over it is needed
                middle = (low + high) // 2
                logged_us = _logged_us(connection, partition, middle)
                if logged_us is None or logged_us < us:
                    low = middle + 1
                else:
                    high = middle
            return low

    def wait(self, seen: int, timeout_seconds: float) -> int:
        """Block until this process has appended after the count `seen`, or the timeout; return the count.

        Another process's appends wake nobody here: whoever reads must look again at the timeout.
        """
        with self._news:
            self._news.wait_for(lambda: self._appended > seen or self._closed, timeout_seconds)
            return self._appended

    def trim(self, partition: int, before_pos: int) -> None:
        """Forget records before `before_pos`; positions go on counting. Raises LogNotWritable."""
        self._group.run(lambda: self._trim(partition, before_pos))

    def close(self) -> None:
        """Release the file and wake those who wait. Idempotent."""
        with self._news:
            self._closed = True
            self._news.notify_all()
        self._readers.close()
        self._group.run(self._writer.close)

    def _commit(self, group: Sequence[Sequence[Part]]) -> list[list[int]]:
        try:
            with transaction(self._writer):
                return self._write(group)
        except sqlite3.Error as error:
            raise refusal(error) from error

    def _write(self, group: Sequence[Sequence[Part]]) -> list[list[int]]:
        heads = {p: (pos, us) for p, pos, us in self._writer.execute("SELECT partition, next_pos, logged_us FROM head")}
        now = self._clock()
        rows: list[tuple[int, int, int, bytes]] = []
        positions: list[list[int]] = []
        for parts in group:
            taken: list[int] = []
            for part in parts:
                pos, before_us = heads[part.partition]
                logged_us = max(before_us, now)  # a clock set back must not make log time fall
                heads[part.partition] = (pos + 1, logged_us)
                rows.append((part.partition, pos, logged_us, part.body))
                taken.append(pos)
            positions.append(taken)
        self._writer.executemany("INSERT INTO record (partition, pos, logged_us, body) VALUES (?, ?, ?, ?)", rows)
        moved = [(*heads[p], p) for p in sorted({row[0] for row in rows})]
        self._writer.executemany("UPDATE head SET next_pos = ?, logged_us = ? WHERE partition = ?", moved)
        return positions

    def _trim(self, partition: int, before_pos: int) -> None:
        try:
            with transaction(self._writer):
                self._writer.execute("DELETE FROM record WHERE partition = ? AND pos < ?", (partition, before_pos))
        except sqlite3.Error as error:
            raise refusal(error) from error


def _bounds(connection: sqlite3.Connection, partition: int) -> tuple[int, int]:
    # one statement, so that both numbers belong to one moment
    found = connection.execute(
        "SELECT (SELECT min(pos) FROM record WHERE partition = ?1), next_pos FROM head WHERE partition = ?1", (partition,)
    ).fetchone()
    if found is None:
        raise ValueError(f"no partition {partition} in this log")
    oldest, following = found
    return (following if oldest is None else oldest, following)


def _logged_us(connection: sqlite3.Connection, partition: int, pos: int) -> int | None:
    found = connection.execute("SELECT logged_us FROM record WHERE partition = ? AND pos = ?", (partition, pos)).fetchone()
    return None if found is None else int(found[0])
