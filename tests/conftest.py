"""What every test may ask for: a home of its own, and an honest word when a service is missing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import settings

from app.worker import line

settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "here")


@pytest.fixture
def tmp_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty KAWAL_HOME; no setting of the caller's environment reaches the test."""
    for name in [name for name in os.environ if name.startswith("KAWAL_") and not name.startswith(("KAWAL_TEST_", "KAWAL_REFERENCE_"))]:
        monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("KAWAL_HOME", str(home))
    return home


def require_service(name: str, reason: str) -> NoReturn:
    """Say that a service is missing: a failure under CI (which must start it), a skip with the reason elsewhere."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must provide {name}: {reason}", pytrace=False)
    pytest.skip(f"needs {name}: {reason}")


@pytest.fixture(autouse=True)
def _own_line() -> Iterator[None]:
    """A test that breaks the line's score inside a made-up forest undoes it in the wrong order: the next file must not run on it."""
    kept = line.score
    yield
    line.score = kept
