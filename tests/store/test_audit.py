"""Does the trail show every change, and refuse to be changed?"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.audit import AuditNotWritable, AuditTrail


@pytest.fixture
def trail(tmp_path: Path) -> Iterator[AuditTrail]:
    opened = AuditTrail(tmp_path / "deep" / "audit.db", clock=lambda: 7)
    yield opened
    opened.close()


def altered(trail: AuditTrail, statement: str) -> None:
    with sqlite3.connect(trail._path) as connection:
        for trigger in ("entry_kept", "entry_frozen"):
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(statement)
    connection.close()


def test_entries_form_a_chain(trail: AuditTrail) -> None:
    assert (trail.head(), trail.verify()) == ((0, "0" * 64), None)
    first = trail.append("ani", "case.read", "case_1", {"why": "review"})
    second = trail.append("budi", "verdict", "f_1")
    assert (first.sequence, second.sequence, second.previous, second.at_us) == (1, 2, first.hash, 7)
    assert trail.entries() == [first, second]
    assert trail.entries(after_sequence=1, limit=5) == [second]
    assert trail.head() == (2, second.hash)
    assert trail.verify() is None


def test_concurrent_entries_and_a_second_process_share_one_chain(trail: AuditTrail) -> None:
    other = AuditTrail(trail._path)
    threads = [threading.Thread(target=lambda t=t: [t.append("ani", "read", f"case_{n}") for n in range(25)]) for t in (trail, other) * 3]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    other.close()
    assert trail.head()[0] == 150
    assert trail.verify() is None


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE entry SET actor = 'nobody' WHERE sequence = 3", 3),
        ("UPDATE entry SET body = '{}' WHERE sequence = 2", 2),
        ("UPDATE entry SET at_us = 8 WHERE sequence = 1", 1),
        ("DELETE FROM entry WHERE sequence = 2", 2),
        ("DELETE FROM entry WHERE sequence = 1", 1),
        ("UPDATE entry SET previous = hash WHERE sequence = 4", 4),
    ],
)
def test_a_change_is_found_where_it_was_made(trail: AuditTrail, statement: str, broken: int) -> None:
    for number in range(5):
        trail.append("ani", "read", f"case_{number}", {"n": number})
    altered(trail, statement)
    assert trail.verify() == broken


def test_the_file_itself_refuses_changes(trail: AuditTrail) -> None:
    trail.append("ani", "read", "case_1")
    with sqlite3.connect(trail._path) as connection:
        for statement in ("UPDATE entry SET actor = 'x'", "DELETE FROM entry"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)
    connection.close()


def test_what_cannot_be_written_is_said(trail: AuditTrail, tmp_path: Path) -> None:
    trail._writer.execute("PRAGMA query_only=ON")
    with pytest.raises(AuditNotWritable):
        trail.append("ani", "read", "case_1")
    (tmp_path / "letters.db").write_text("no database, but long enough to be taken for one" * 100)
    with pytest.raises(AuditNotWritable):
        AuditTrail(tmp_path / "letters.db")
