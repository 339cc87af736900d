"""A door of its own for every test: SQLite files in a temporary home, a clock that stands still, keys of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.api.services import Services
from app.log.sqlite import SqliteEventLog
from app.main import create_app
from app.settings import Settings
from app.store.audit import AuditTrail
from app.store.engine import make_engine
from app.store.migrate import migrate
from tests.contract.house import INFLATED, LIMIT, NOW_US, bearer, new_key


@pytest.fixture
def services(tmp_home: Path) -> Iterator[Services]:
    settings = Settings(home=tmp_home, max_body_bytes=LIMIT, max_inflated_bytes=INFLATED, partitions=3)
    engine = make_engine(settings.database_url)
    migrate(engine)
    log = SqliteEventLog(tmp_home / "log.sqlite3", 3)
    audit = AuditTrail(tmp_home / "audit.sqlite3")
    yield Services(settings=settings, log=log, engine=engine, audit=audit, clock=lambda: NOW_US, secret=settings.secret())
    audit.close()
    log.close()
    engine.dispose()


@pytest.fixture
def client(services: Services) -> Iterator[TestClient]:
    with TestClient(create_app(services.settings, services), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def key(services: Services) -> dict[str, str]:
    """Headers of a platform's live key."""
    return bearer(new_key(services)[1])
