"""The same store tests over SQLite and, where a server is named, PostgreSQL."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, text

from app.store.engine import make_engine
from app.store.migrate import migrate
from tests.conftest import require_service


def postgres_url() -> str:
    """The server's address, or a skip (a failure under CI)."""
    url = os.environ.get("KAWAL_TEST_POSTGRES_URL")
    return url or require_service("PostgreSQL", "KAWAL_TEST_POSTGRES_URL is not set")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without tables; on PostgreSQL a schema of its own that goes when the test ends."""
    if request.param == "sqlite":
        engine = make_engine(f"sqlite:///{tmp_path}/store.db")
        yield engine
        engine.dispose()
        return
    url = make_url(postgres_url())
    schema = f"test_{uuid.uuid4().hex}"
    admin = make_engine(url.render_as_string(hide_password=False))
    with admin.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    engine = make_engine(url.update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    with admin.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    admin.dispose()


@pytest.fixture
def engine(empty_engine: Engine) -> Engine:
    """A migrated database."""
    migrate(empty_engine)
    return empty_engine
