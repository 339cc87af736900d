"""Where do the rule packs lie? The one place that reads their files; law itself reads no disk."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from app.law.pack import RuleBook
from app.law.pack_text import PackError, parse_book

RULES_FOLDER: Final = Path(__file__).resolve().parents[2] / "data" / "rules"


def read_rule_book(folder: Path = RULES_FOLDER) -> RuleBook:
    """Every *.toml of a folder as one book; raises PackError, also where there is none."""
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise PackError(f"no rule pack in {folder}")
    return parse_book(path.read_bytes() for path in files)
