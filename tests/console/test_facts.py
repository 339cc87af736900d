# ruff: noqa: E501
"""Are bodies read into the right words? Labels, amounts, quantities, and nothing that accuses."""

from __future__ import annotations

import pytest

from app.console import amounts, clock, words
from app.console.facts import ProductFacts, spells_of
from app.console.quantities import measured
from app.domain.time import HOUR_US
from tests.console.evening import BEGIN, body, clearance, flash_sale
from tests.test_words import NEVER


def facts(said: dict[str, object]) -> ProductFacts:
    return ProductFacts("siarmart", "s-77", "toko-1", "p-9", said, spells=spells_of(said))


def test_a_clearance_is_labelled_for_what_it_is() -> None:
    assert facts(clearance()).summary.en == "Evening clearance of perishables: sold below cost, yes; a lawful defence holds."
    assert facts(clearance()).summary.id == "Obral barang mudah rusak sore hari: dijual di bawah biaya, ya; pembelaan yang sah berlaku."


def test_a_loss_and_a_flash_sale_are_told_apart() -> None:
    assert facts(body()).summary.en == "Sold below cost; no defence holds."
    assert facts(flash_sale()).summary.en == "Very low price, above cost; a lawful defence holds: D6 short promotion."
    assert facts(body()).depth == pytest.approx(0.2328, abs=1e-4)
    assert facts(body()).cost_gap == pytest.approx(0.1604, abs=1e-4)


def test_holding_defences_come_first() -> None:
    said = body(defences=[{"id": "D9", "status": "unknown"}, {"id": "D3", "status": "fails"}, {"id": "D2", "status": "holds"}])
    assert [d.ident for d in facts(said).defences] == ["D2", "D3", "D9"]


def test_a_bare_judgement_is_readable() -> None:
    bare = facts({})
    assert (bare.level, bare.severity, bare.depth, bare.cost_words, bare.tests, bare.caps) == (0, "NONE", None, "–", [], [])


def test_caps_name_reason_and_task_in_both_languages() -> None:
    said = body(caps=[{"cap": "MEDIUM", "reason": {"id": "ukuran", "en": "size unknown"}, "task": {"id": "cari", "en": "establish size"}}])
    ((most, reason, task),) = facts(said).caps
    assert (most.en, reason.en if reason else "", task.id if task else "") == ("medium", "size unknown", "cari")


def test_quantities_by_what_they_measure() -> None:
    raw = {"lowest_value_s": 89_000_000, "lowest_units": 2000, "below_units": 312_000, "starts_us": BEGIN, "gap_permille": 50, "quota": None,
           "cost_lo": 53000, "announced_before": True, "something_new": 3}  # fmt: skip
    told = {name.en or name.id: value for name, value in measured(raw, "IDR", 7 * HOUR_US)}
    assert told == {
        "lowest mean price": "Rp44.500", "units under cost": "312", "starts": "11 Nov 2026, 20:00 WIB", "gap required": "5 %",
        "cost, low end": "Rp53.000", "announced before": "ya · yes", "something new": "3",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [(45000, "IDR", "Rp45.000"), (1250, "CNY", "¥12,50"), (-5, "IDR", "−Rp5"), (None, "IDR", "–"), (10**12, "IDR", "Rp1.000.000.000.000")],
)
def test_money(amount: float | None, currency: str, said: str) -> None:
    assert amounts.money(amount, currency) == said


def test_clock() -> None:
    assert clock.moment(BEGIN, 8 * HOUR_US) == "11 Nov 2026, 21:00 UTC+8"
    assert clock.lasting(BEGIN, BEGIN + 125 * 60_000_000) == "2 j 05 m"


def test_no_word_accuses() -> None:
    tables = (words.LEVELS, words.SEVERITIES, words.TIERS, words.STATUSES, words.DEFENCES, words.RULES, words.SIZES)
    said = [text for table in tables for both in table.values() for text in both]
    assert [text for text in said if NEVER.search(text)] == []
