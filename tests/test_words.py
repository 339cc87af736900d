"""What is a seller never called? Pages, messages, rule packs and papers about sellers, grepped for whole words (SEMANTICS E10)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.findings.wording import reasons
from tests.law.cases import facts, judged, loss
from tests.law.test_severity import some

ROOT = Path(__file__).resolve().parents[1]
NEVER = re.compile(
    r"\b(pelanggar|pelaku(?!\s+usaha\b)|predators?|tersangka|violators?|suspects?|offenders?|culprits?)\b",
    re.IGNORECASE,
)
ABOUT_SELLERS = (
    "app/**/*.html",
    "app/**/*.jinja",
    "app/**/*.jinja2",
    "app/**/*.j2",
    "app/**/*.txt",
    "data/**/*.toml",
    "data/**/*.md",
    "docs/**/*.md",
    "*.md",
)
LAW_TEXT = re.compile(r"<!--\s*law text\s*-->.*?<!--\s*/law text\s*-->", re.DOTALL)
"""Quotations marked as law text are allowed."""


def texts() -> list[Path]:
    found = {path for pattern in ABOUT_SELLERS for path in ROOT.glob(pattern)}
    return sorted(p for p in found if not {".venv", "var", "node_modules"} & set(p.relative_to(ROOT).parts))


@pytest.mark.parametrize("path", texts(), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_text_calls_a_seller_names(path: Path) -> None:
    text = LAW_TEXT.sub("", path.read_text())
    assert [line.strip() for line in text.splitlines() if NEVER.search(line)] == []


@given(some, st.sampled_from([0, 1, 2, 3, 4]))
def test_no_judgement_calls_a_seller_names(given_facts: dict[str, object], level: int) -> None:
    rest = {k: v for k, v in given_facts.items() if k not in ("windows", "level", "price", "units")}
    of = (
        loss(**given_facts | {"level": level}) if level >= 3 else facts(**rest | {"level": level, "legal_level": level if level > 1 else 0})
    )
    judgement = judged(of)
    said = [*reasons(of, judgement).values(), judgement.row, judgement.exemption.why.en, judgement.exemption.why.id]
    said += [text for t in judgement.tests for text in (t.why.id, t.why.en)]
    said += [text for c in judgement.caps for text in (c.reason.id, c.reason.en, c.task.id, c.task.en)]
    said += [str(v) for d in judgement.defences for v in d.evidence.values()]
    assert [text for text in said if NEVER.search(text)] == []


@pytest.mark.parametrize("word", ["Pelanggar", "pelaku", "predator", "TERSANGKA", "violator", "suspect", "the suspects."])
def test_the_grep_finds(word: str) -> None:
    assert NEVER.search(f"toko ini {word}")


@pytest.mark.parametrize("word", ["pelaku usaha", "Pelaku  usaha", "predatory pricing", "pelanggaran", "suspected data error"])
def test_the_grep_allows(word: str) -> None:
    assert not NEVER.search(word)
