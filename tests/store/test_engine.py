"""Are writers let in one after the other, readers at any time, and odd addresses refused?"""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError

from app.store.engine import make_engine, read, write
from app.store.tables import seal


def test_sqlite_is_durable_and_strict(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/new/folder/store.db")
    with read(engine) as connection:
        said = {
            p: connection.execute(text(f"PRAGMA {p}")).scalar() for p in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert said == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}
    engine.dispose()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/kawal"])
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"SQLite|sqlite"):
        make_engine(url)


def test_a_failed_write_leaves_nothing(engine: Engine) -> None:
    def seal_and_fail() -> None:
        with write(engine) as connection:
            connection.execute(seal.insert(), {"platform": "tiktok", "sealed_through": 1})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        seal_and_fail()
    with read(engine) as connection:
        assert connection.execute(select(seal)).all() == []


def test_readers_see_one_moment_while_a_writer_writes(engine: Engine) -> None:
    with read(engine) as reader:
        assert reader.execute(select(seal)).all() == []
        with write(engine) as writer:
            writer.execute(seal.insert(), {"platform": "tiktok", "sealed_through": 1})
        assert reader.execute(select(seal)).all() == []
    with read(engine) as reader:
        assert len(reader.execute(select(seal)).all()) == 1


def test_writers_that_read_first_do_not_trip_over_each_other(engine: Engine) -> None:
    with write(engine) as connection:
        connection.execute(seal.insert(), {"platform": "tiktok", "sealed_through": 0})
    failed: list[BaseException] = []

    def raise_by_one() -> None:
        try:
            for _ in range(10):
                with write(engine) as connection:
                    kept = connection.execute(select(seal.c.sealed_through).with_for_update()).scalar_one()
                    connection.execute(seal.update().values(sealed_through=kept + 1))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=raise_by_one) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    with read(engine) as connection:
        assert (failed, connection.execute(select(seal.c.sealed_through)).scalar()) == ([], 40)


@pytest.mark.postgres
def test_a_reader_cannot_write_on_postgresql(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        return
    with pytest.raises(DBAPIError, match="read-only"), read(engine) as connection:
        connection.execute(seal.insert(), {"platform": "tiktok", "sealed_through": 0})
