# ruff: noqa: E501
"""Are bodies read into the right words? Labels, amounts, quantities, and nothing that accuses."""

from __future__ import annotations

import dataclasses

import pytest

from app.console import amounts, clock, words
from app.console.compare import verdict
from app.console.facts import ProductFacts, spells_of
from app.console.quantities import measured
from app.domain.time import HOUR_US
from app.findings.rulebook import read_rule_book
from app.law.defences.all import answer_defences
from app.law.facts import Facts
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


@pytest.mark.parametrize(("price", "said"), [(43_000.0, "Equally deep below cost"), (40_000.0, "Two products"), (54_000.0, "Two products")])
def test_equally_deep_is_said_of_the_gap_to_cost(price: float, said: str) -> None:
    """[Two losses of 16 % and 19 % below cost, whose reference prices differ, were "two products".]"""
    loss = facts(body())
    other = facts(body(severity="LOW", figures={"lowest_mean_ps": price}, reference={"price": 90_000.0}))
    assert verdict([loss, other]).en.startswith(f"{said}, different severities.")


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


def test_sums_and_their_units_are_one_price() -> None:
    """[D7 said "seller units 1, seller value 44.400.000": a sum in thousandths, shown as it is kept.]"""
    raw = {"buyer_value": 39_000_000, "buyer_units": 1000, "seller_value": 88_800_000, "seller_units": 2000, "cost_lo": 44_000,
           "cheapest_value_b": 39_000_000, "cheapest_units_b": 1000, "seller_units_28d": 5000, "stock_last": 7, "lowest_value_s": None, "lowest_units": 0}  # fmt: skip
    told = {name.en: value for name, value in measured(raw, "IDR", 7 * HOUR_US)}
    assert told == {
        "price that buyers paid": "Rp39.000", "price that the seller received": "Rp44.400", "cost, low end": "Rp44.000",
        "lowest buyer's price": "Rp39.000", "seller's units in 28 days": "5", "stock at last": "7",
    }  # fmt: skip


def test_every_quantity_of_a_defence_has_a_name_and_no_sum_is_shown_raw() -> None:
    facts_of = {field.name: 1000 for field in dataclasses.fields(Facts)} | {"cost_tier": "T1", "promotion_kind": "clearance"}
    pack = read_rule_book().packs[-1]
    answers = answer_defences(Facts(**facts_of), pack)  # type: ignore[arg-type]
    for defence in answers:
        lines = measured(dict(defence.evidence), "IDR", 0)
        assert [name.id for name, _ in lines if not name.en] == [], defence.id


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
