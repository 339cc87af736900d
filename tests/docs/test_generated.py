"""Is the reference what the code says? docs/settings.md, docs/cli.md, docs/features.md and docs/openapi.json, written anew and compared."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.cli import app
from app.demo.reference_docs import write_docs
from app.settings import Settings
from tests.docs.readme import README, ROOT

GENERATED = ("settings.md", "cli.md", "features.md", "openapi.json")


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # neither the caller's settings nor the width of a terminal may show in the pages
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("KAWAL_PORT", "9")
    assert [path.name for path in write_docs(tmp_path / "docs", app)] == list(GENERATED)
    return tmp_path / "docs"


@pytest.mark.parametrize("name", GENERATED)
def test_the_page_is_up_to_date(fresh: Path, name: str) -> None:
    assert (ROOT / "docs" / name).read_text() == (fresh / name).read_text(), f"docs/{name} is old: make docs"


def test_every_setting_stands_in_the_table(fresh: Path) -> None:
    listed = re.findall(r"^\| `KAWAL_(\w+)` \|", (fresh / "settings.md").read_text(), re.MULTILINE)
    assert [name.lower() for name in listed] == list(Settings.model_fields)


def test_every_command_has_its_part(fresh: Path) -> None:
    parts = re.findall(r"^## `(.*)`$", (fresh / "cli.md").read_text(), re.MULTILINE)
    assert {"kawal serve", "kawal replay", "kawal score", "kawal train", "kawal keys create", "kawal load-history", "kawal bench"} <= set(
        parts
    )


def test_variables_of_the_readme_exist() -> None:
    known = {f"KAWAL_{name.upper()}" for name in Settings.model_fields} | {"KAWAL_URL"}
    assert set(re.findall(r"KAWAL_[A-Z_]*[A-Z]", README.read_text())) - known == set()


def test_defaults_of_the_readme_are_the_defaults(fresh: Path) -> None:
    table = (fresh / "settings.md").read_text()
    for row in re.findall(r"^\| (`KAWAL_.*?) \| (.*?) \|", README.read_text(), re.MULTILINE):
        names, defaults = row[0].split(), row[1].split()
        for variable, default in zip(names, defaults, strict=True):
            assert f"| {variable} | {default} |" in table
