"""A pack is dated, hashed and refused with the place of the problem (D6)."""

from __future__ import annotations

import hashlib
import re

import pytest

from app.findings.rulebook import RULES_FOLDER, read_rule_book
from app.law.pack_text import PackError, parse_book, parse_pack
from tests.law.cases import BOOK, EVENING_US, PACK, facts, judged

RAW = (RULES_FOLDER / "uu5-1999.toml").read_bytes()


def test_the_name_is_id_at_hash_of_the_file() -> None:
    assert PACK.name == f"uu5-1999@{hashlib.sha256(RAW).hexdigest()}"
    assert judged(facts()).rule_pack == PACK.name


def test_every_clause_says_what_it_rests_on() -> None:
    for clause in [*PACK.rules.values(), *PACK.defences.values(), PACK.severity]:
        assert all([clause.article, clause.source, clause.formula, clause.condition.id, clause.condition.en]), clause.id
        assert all(t.unit and t.mark in ("", "proposed default") for t in clause.thresholds.values()), clause.id


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("gap_permille = {", "gap = {", "R06: thresholds missing: gap_permille"),
        ("{ value = 50,", "{ value = 50.0,", "R06.thresholds.gap_permille: `value` must be a int"),
        ("{ value = 50,", "{ value = -1,", "`value` must not be negative"),
        ('id = "R09"', 'id = "R10"', "an id stands twice under `rule`"),
        ('id = "D9"', 'id = "D99"', "`defence` lacks D9"),
        ('kind = "exemption"', "", "kind or addressee missing: R30"),
        ('kind = "exemption"', 'kind = "odd"', "'odd' is not a valid Kind"),
        ('[[rule]]\nid = "R01"', '[rule]\nid = "R01"', "not a TOML text"),
        ('id = "E2"', 'id = "E3"', "the severity table must have the id E2"),
        ("valid_from = 2000-03-05", "valid_from = 2000-03-05T00:00:00Z", "`valid_from` must be a date"),
        ("valid_to = 2027-06-18", "valid_to = 2025-06-17", "R27: valid_from must lie before valid_to"),
        ("valid_to = 2027-06-18", 'valid_to = "soon"', "`valid_to` must be a date"),
        ("doubts = [", "doubts = ", "not a TOML text"),
    ],
)
def test_a_broken_pack_is_refused_by_place(old: str, new: str, problem: str) -> None:
    text = RAW.decode()
    assert old in text
    with pytest.raises(PackError, match=re.escape(problem)):
        parse_pack(text.replace(old, new, 1).encode())


def test_two_packs_may_not_cover_one_day_and_the_date_picks() -> None:
    newer = RAW.decode().replace('id = "uu5-1999"\nvalid_from = 2000-03-05', 'id = "later"\nvalid_from = 2026-01-01', 1)
    with pytest.raises(PackError, match="later begins before uu5-1999 ends"):
        parse_book([newer.encode(), RAW])
    older = RAW.decode().replace("valid_from = 2000-03-05", "valid_from = 2000-03-05\nvalid_to = 2026-01-01", 1)
    book = parse_book([newer.encode(), older.encode()])
    assert [book.at(us).id for us in (0, EVENING_US - 200 * 86_400_000_000, EVENING_US)] == ["uu5-1999", "uu5-1999", "later"]


def test_no_pack_is_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(PackError, match="no rule pack"):
        read_rule_book(tmp_path_factory.mktemp("rules"))


def test_a_rule_outside_its_dates_says_so() -> None:
    before = judged(facts(end_us=PACK.valid_from_us))
    assert {t.status for t in before.tests} == {"not triggered"}
    assert all("not in force" in t.why.en for t in before.tests)
    assert BOOK.at(0) is PACK
