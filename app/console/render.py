"""How does a page become HTML? One jinja2 environment, always escaping, with the words and amounts as its filters."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader

from app.console import amounts, words
from app.findings import calibration_words

HERE: Final = Path(__file__).parent


@cache
def stylesheet() -> tuple[bytes, str]:
    """The one stylesheet and the hash that names its version."""
    body = (HERE / "static" / "console.css").read_bytes()
    return body, hashlib.sha256(body).hexdigest()[:12]


@cache
def environment() -> Environment:
    """Templates from this room only."""
    made = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    made.filters |= {"probability": amounts.probability, "quantity": quantity}
    made.globals |= {
        "notice": words.NOTICE,
        "severity_words": words.severity,
        "level_words": words.level,
        "tier_words": words.tier,
        "calibration_words": calibration_words.said,
        "depth": depth,
        "css_version": stylesheet()[1],
        "reader": None,
    }
    return made


def page(template: str, **context: Any) -> str:
    """One page as text."""
    return environment().get_template(template).render(**context)


def quantity(text: str) -> str:
    """Units that travel as a decimal string."""
    return amounts.trimmed(float(text), 3)


def depth(share: float) -> str:
    """How far under (or over) something a price lies."""
    return f"{amounts.percent(abs(share))} {'di bawah · below' if share >= 0 else 'di atas · above'}"
