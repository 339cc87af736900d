"""Does the embedded log keep order, positions, time and its promises about room and partitions?"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from app.log.port import EventLog, LogFull, LogNotWritable, Part, PartitionsChanged
from app.log.sqlite import SqliteEventLog


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteEventLog]:
    opened = SqliteEventLog(tmp_path / "deep" / "log.db", 4)
    yield opened
    opened.close()


def bodies(log: EventLog, partition: int, pos: int = 0) -> list[bytes]:
    return [r.body for r in log.read(partition, pos)]


def test_positions_count_per_partition(log: SqliteEventLog) -> None:
    assert log.append([Part(0, b"a"), Part(1, b"b"), Part(0, b"c")]) == [0, 0, 1]
    assert log.append([Part(1, b"d")]) == [1]
    assert log.append([]) == []
    assert bodies(log, 0) == [b"a", b"c"]
    assert bodies(log, 1, 1) == [b"d"]
    assert [log.bounds(p) for p in range(4)] == [(0, 2), (0, 2), (0, 0), (0, 0)]


def test_read_is_bounded_but_never_empty_handed(log: SqliteEventLog) -> None:
    log.append([Part(0, b"x" * 100) for _ in range(5)])
    assert len(log.read(0, 0, max_bytes=250)) == 2
    assert len(log.read(0, 3, max_bytes=1)) == 1
    assert log.read(0, 5) == []


def test_a_partition_that_is_not_there_is_refused(log: SqliteEventLog) -> None:
    with pytest.raises(ValueError, match="no partition 4"):
        log.append([Part(0, b"a"), Part(4, b"b")])
    with pytest.raises(ValueError, match="no partition 9"):
        log.bounds(9)
    assert log.bounds(0) == (0, 0)


def test_log_time_never_falls(tmp_path: Path) -> None:
    clock = iter([100, 50, 50, 300, 20])
    log = SqliteEventLog(tmp_path / "log.db", 2, clock=lambda: next(clock))
    for partition in (0, 0, 1, 0, 0):
        log.append([Part(partition, b"x")])
    assert [r.logged_us for r in log.read(0, 0)] == [100, 100, 300, 300]
    assert [r.logged_us for r in log.read(1, 0)] == [50]
    assert [log.pos_at(0, us) for us in (0, 100, 101, 300, 301)] == [0, 0, 2, 2, 4]
    assert log.pos_at(1, 51) == 1
    log.close()


def test_trimmed_positions_are_never_used_again(log: SqliteEventLog, tmp_path: Path) -> None:
    log.append([Part(0, b"x") for _ in range(3)])
    log.trim(0, 2)
    assert log.bounds(0) == (2, 3)
    assert log.pos_at(0, 0) == 2
    log.trim(0, 3)
    assert log.bounds(0) == (3, 3)
    log.close()
    again = SqliteEventLog(tmp_path / "deep" / "log.db", 4)
    assert again.append([Part(0, b"y")]) == [3]
    again.close()


def test_the_number_of_partitions_is_for_ever(tmp_path: Path) -> None:
    SqliteEventLog(tmp_path / "log.db", 4).close()
    with pytest.raises(PartitionsChanged, match="4 partitions"):
        SqliteEventLog(tmp_path / "log.db", 8)
    SqliteEventLog(tmp_path / "log.db", 4).close()


def test_concurrent_appends_share_commits_and_keep_their_order(log: SqliteEventLog) -> None:
    taken: dict[bytes, tuple[int, int]] = {}

    def post(worker: int) -> None:
        for number in range(60):
            names = [f"{worker}-{number}-{k}".encode() for k in range(3)]
            parts = [Part((worker + k) % 4, n) for k, n in enumerate(names)]
            for part, pos in zip(parts, log.append(parts), strict=True):
                taken[part.body] = (part.partition, pos)

    threads = [threading.Thread(target=post, args=(w,)) for w in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    kept = {r.body: (r.partition, r.pos) for p in range(4) for r in log.read(p, 0)}
    assert kept == taken
    assert len(kept) == 8 * 60 * 3
    for worker in range(8):  # what one sender posts one after the other lies in that order
        for partition in range(4):
            mine = [r.body for r in log.read(partition, 0) if r.body.startswith(f"{worker}-".encode())]
            assert [int(b.split(b"-")[1]) for b in mine] == sorted(int(b.split(b"-")[1]) for b in mine)


def test_a_group_is_one_transaction(log: SqliteEventLog) -> None:
    blocker = sqlite3.connect(log._path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    threads = [threading.Thread(target=log.append, args=([Part(0, b"x")],)) for _ in range(6)]
    for t in threads:
        t.start()
    while len(log._group._queue) < 5:  # one leads and waits for the file, five stand behind it
        time.sleep(0.001)
    commits: list[int] = []
    real = log._commit
    log._group._commit = lambda group: (commits.append(len(group)), real(group))[1]
    blocker.execute("ROLLBACK")
    blocker.close()
    for t in threads:
        t.join()
    assert commits == [5]
    assert log.bounds(0) == (0, 6)


def test_two_processes_share_one_file(tmp_path: Path) -> None:
    first, second = SqliteEventLog(tmp_path / "log.db", 1), SqliteEventLog(tmp_path / "log.db", 1)
    got = [log.append([Part(0, b"x")])[0] for log in (first, second, second, first)]
    assert got == [0, 1, 2, 3]
    assert bodies(second, 0) == bodies(first, 0)
    first.close()
    second.close()


def test_a_full_log_says_so_and_stays_readable(tmp_path: Path) -> None:
    log = SqliteEventLog(tmp_path / "log.db", 1, max_bytes=200_000)
    positions: list[int] = []
    with suppress(LogFull):
        for _ in range(1_000):
            positions += log.append([Part(0, bytes(20_000))])
    kept = len(positions)
    assert 3 < kept < 10
    assert log.bounds(0) == (0, kept)
    with pytest.raises(LogFull):  # each caller gets an exception of its own
        log.append([Part(0, bytes(20_000))])
    log.trim(0, kept)
    assert log.append([Part(0, b"room again")]) == [kept]
    log.close()


def test_a_log_that_cannot_be_written_says_so(log: SqliteEventLog, tmp_path: Path) -> None:
    log.append([Part(0, b"x")])
    log._writer.execute("PRAGMA query_only=ON")
    with pytest.raises(LogNotWritable):
        log.append([Part(0, b"y")])
    log._writer.execute("PRAGMA query_only=OFF")
    assert log.append([Part(0, b"z")]) == [1]
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LogNotWritable):
        SqliteEventLog(tmp_path / "file" / "log.db", 1)
    (tmp_path / "letters.db").write_text("no database, but long enough to be taken for one" * 100)
    with pytest.raises(LogNotWritable):
        SqliteEventLog(tmp_path / "letters.db", 1)


def test_whatever_fails_in_a_commit_leaves_the_log_usable(log: SqliteEventLog) -> None:
    real = log._clock

    def broken() -> int:
        raise MemoryError

    log._clock = broken
    with pytest.raises(MemoryError):
        log.append([Part(0, b"x")])
    log._clock = real
    assert log.append([Part(0, b"y")]) == [0]


def test_wait_wakes_at_an_append_and_ends_at_the_timeout(log: SqliteEventLog) -> None:
    seen = log.wait(-1, 0)
    began = time.monotonic()
    assert log.wait(seen, 0.05) == seen
    assert 0.04 < time.monotonic() - began < 5
    threading.Timer(0.02, log.append, args=([Part(0, b"x")],)).start()
    assert log.wait(seen, 30) == seen + 1
    threading.Timer(0.02, log.close).start()
    assert log.wait(seen + 1, 30) == seen + 1
