"""Which version has the database, and how does it reach ours? Alembic run from the installed package, as a step of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from app.store.engine import hold, read, write

_STEPS: Final = Path(__file__).parent / "migrations"


class StoreIsNewer(Exception):
    """The database was written by a newer version of the service."""


def migrate(engine: Engine) -> str:
    """Bring the database to `newest()` in one transaction and return it; a second run does nothing. Raises StoreIsNewer."""
    with write(engine) as connection:
        hold(connection, "migrate")
        _refuse_newer(_revision(connection))
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return newest()


def current(engine: Engine) -> str | None:
    """The revision of the database; None for an empty one."""
    with read(engine) as connection:
        return _revision(connection)


def newest() -> str:
    """The revision that this version of the service needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _refuse_newer(revision: str | None) -> None:
    known = {step.revision for step in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision is not None and revision not in known:
        raise StoreIsNewer(f"the database is at {revision}, which this version does not know")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    return config
