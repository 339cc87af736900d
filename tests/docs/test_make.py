"""Does the help of make say what its targets do? Every benchmark and every generated page is named."""

from __future__ import annotations

import re

import pytest

from app.demo.bench import BENCHES
from tests.docs.readme import ROOT

PAGES = ("settings.md", "cli.md", "openapi.json", "features.md")


def said(target: str) -> list[str]:
    """The target's help in the Makefile and its row in CONTRIBUTING."""
    (help_,) = re.findall(rf"^{target}:.*## (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    (row,) = re.findall(rf"^\| `make {target}\b.*$", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE)
    return [help_, row]


@pytest.mark.parametrize(("target", "words"), [("bench", tuple(BENCHES)), ("docs", PAGES)])
def test_the_help_is_true(target: str, words: tuple[str, ...]) -> None:
    for text in said(target):
        assert [word for word in words if word not in text] == []
        assert "list" not in text
