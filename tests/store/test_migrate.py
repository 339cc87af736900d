"""Does migrating make exactly the tables that the code speaks of?"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from app.store.engine import read, write
from app.store.migrate import StoreIsNewer, current, migrate, newest
from app.store.tables import metadata


def test_a_migrated_database_equals_the_tables(engine: Engine) -> None:
    with read(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    found = inspect(engine)
    assert set(found.get_table_names()) == {*metadata.tables, "alembic_version"}
    for table in metadata.tables.values():  # what autogenerate does not compare
        primary = found.get_pk_constraint(table.name)
        assert (primary["name"], primary["constrained_columns"]) == (table.primary_key.name, [c.name for c in table.primary_key])
        assert {c["name"]: c["nullable"] for c in found.get_columns(table.name)} == {c.name: c.nullable for c in table.columns}


def test_migrating_twice_is_no_news(empty_engine: Engine) -> None:
    assert current(empty_engine) is None
    assert migrate(empty_engine) == newest()
    with write(empty_engine) as connection:
        connection.execute(text("INSERT INTO seal VALUES ('tiktok', 7)"))
    assert migrate(empty_engine) == newest()
    assert current(empty_engine) == newest()
    with read(empty_engine) as connection:
        assert connection.execute(text("SELECT sealed_through FROM seal")).scalar() == 7


def test_two_who_migrate_at_once_take_turns(empty_engine: Engine) -> None:
    failed: list[BaseException] = []

    def run() -> None:
        try:
            migrate(empty_engine)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert failed == []
    assert current(empty_engine) == newest()


def test_a_newer_database_is_left_alone(engine: Engine) -> None:
    with write(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '20991231_from_the_future'"))
    with pytest.raises(StoreIsNewer, match="20991231"):
        migrate(engine)


def test_migrating_works_from_any_folder(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    program = "from app.store.engine import make_engine; from app.store.migrate import migrate; migrate(make_engine('sqlite:///here.db'))"
    environment = {**os.environ, "PYTHONPATH": str(root)}
    subprocess.run([sys.executable, "-W", "error", "-c", program], cwd=tmp_path, env=environment, check=True)
    assert (tmp_path / "here.db").exists()
