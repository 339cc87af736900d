"""E8. A session is flagged when it holds a finding of MEDIUM or more that no verdict has struck; LOW is the watch list."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.domain.levels import Severity
from app.store import sessions
from app.store.effects import upsert
from app.store.engine import make_engine, read, write
from app.store.migrate import migrate
from tests.store.test_readings import finding


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = make_engine(f"sqlite:///{tmp_path / 'store.db'}")
    migrate(opened)
    yield opened
    opened.dispose()


@pytest.mark.parametrize("severity", list(Severity)[1:])
@pytest.mark.parametrize("verdict", [None, "unlawful_indicated", "needs_data", "lawful", "data_error"])
def test_flagged_means_medium_or_more_and_not_struck(engine: Engine, severity: Severity, verdict: str | None) -> None:
    """[Flagged by level, every honest clearance under cost is on the front page; flagged whatever the verdict, so is the cleared one.]"""
    with write(engine) as connection:
        upsert(connection, "session", [{"platform": "tiktok", "session_id": "s1"}])
        upsert(connection, "finding", [finding("f1", "s1", severity=int(severity), verdict=verdict)])
    with read(engine) as connection:
        shown = sessions.get(connection, "tiktok", "s1")
    assert shown is not None
    assert shown.flagged == (severity >= Severity.MEDIUM and verdict not in ("lawful", "data_error"))
