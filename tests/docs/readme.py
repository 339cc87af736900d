"""What does the README promise? Its fenced blocks in order, and what is said to be shown by each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```\n((?:<!-- shows: .*? -->\n)*)", re.MULTILINE | re.DOTALL)
_SHOWS = re.compile(r"<!-- shows: (.*?) -->")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, what its output must hold."""

    language: str
    text: str
    shows: tuple[str, ...]


def blocks(path: Path = README) -> list[Block]:
    return [Block(lang, text, tuple(_SHOWS.findall(told))) for lang, text, told in _BLOCK.findall(path.read_text())]


def squeezed(text: str) -> str:
    """Without white space: JSON is the same however it is laid out."""
    return re.sub(r"\s+", "", text)
