"""Two sentences in each language, with figures, no surer than the cost they rest on (E10, B3)."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given

from app.findings.numbers import money, percent, probability, quantity
from app.findings.wording import NOTICE, reasons
from app.law.facts import Facts
from tests.law.cases import facts, judged, loss
from tests.law.test_severity import some


def told(of: Facts) -> dict[str, str]:
    return reasons(of, judged(of))


def sentences(text: str) -> int:
    return len(re.findall(r"\.(?=\s|$)", text))


def test_a_documented_loss_in_both_languages() -> None:
    assert told(loss(windows=6)) == {
        "id": (
            "Pada menit terendah penjual menerima Rp45.000 per unit, 15,1 persen di bawah biaya per unit yang terdokumentasi, Rp53.000, "
            "untuk 12 unit dalam sesi ini. Keadaan ini berlangsung selama 6 jendela lima menit dalam 24 jam, dan tidak ada alasan "
            "pembenar yang terbukti dari data ini, sehingga tingkatnya TINGGI."
        ),
        "en": (
            "In the lowest minute the seller received Rp45,000 a unit, 15.1 percent below the documented unit cost, Rp53,000, "
            "for 12 units in this session. This lasted for 6 five-minute windows within 24 hours, and no defence is borne out by these "
            "data, so the severity is HIGH."
        ),
    }


@pytest.mark.parametrize(
    ("source", "tier", "low", "words"),
    [
        ("sha256:ab", "T1", 53_000, "15.1 percent below the documented unit cost, Rp53,000"),
        ("event:invoice+accepted", "T1", 53_000, "15.1 percent below the cost accepted for evaluation, Rp53,000"),
        ("association 2026", "T2", 50_000, "10.0 percent below the published benchmark, Rp50,000 to Rp53,000"),
        ("association 2026", "T2", 40_000, "possibly below the published benchmark, Rp40,000 to Rp53,000"),
        ("event:seller_declared", "T2", 53_000, "15.1 percent below the cost that the seller declared, Rp53,000"),
        ("event:invoice", "T2", 53_000, "15.1 percent below the cost on the invoice, Rp53,000"),
        ("event:estimate", "T3", 50_000, "possibly below the estimated cost, Rp50,000 to Rp53,000"),
    ],
)
def test_the_cost_is_named_as_well_as_it_is_known(source: str, tier: str, low: int, words: str) -> None:
    text = told(loss(level=4 if tier == "T1" else 3, cost_tier=tier, cost_lo=low, cost_source=source))
    assert words in text["en"]
    assert ("documented" in text["en"]) == ("terdokumentasi" in text["id"]) == (source == "sha256:ab")


@pytest.mark.parametrize(
    ("of", "english"),
    [
        (
            loss(windows=2, shelf_life_days=2, fair_price_session=60_000),
            "and the measured facts bear out perishable goods, so the severity is LOW",
        ),
        (loss(windows=6, size_class="small"), "and this micro or small business is exempt, so the severity is INFO"),
        (
            loss(windows=6, size_status="unknown"),
            "and before any approval it remains to establish size and owner, so the severity is MEDIUM",
        ),
        (
            facts(level=1, calibration="ok", p_value=0.004),
            "The price is unusual beside comparable sessions (p = 0.004), without a measured loss.",
        ),
        (facts(), "No loss and no very low price was measured, and there is not enough calibration."),
        (facts(calibration="ok"), "No loss and no very low price was measured."),
        (facts(calibration="borrowed"), "No loss and no very low price was measured."),
        (facts(calibration="no like day"), "was measured, and no campaign day like it has been seen yet."),
        (facts(calibration="suspended"), "was measured, and the weekly check has suspended its calibration."),
        (
            facts(level=2, legal_level=2, rivals=4, rivals_median_pb=62_500.0, cheapest_value_b=174_000_000, cheapest_units_b=3000),
            "In the lowest minute buyers paid Rp58,000 a unit, well under the median of Rp62,500 of 4 matched rivals.",
        ),
        (
            facts(level=1, cheapest_value_b=135_000, cheapest_units_b=3, cheapest_value_s=165_000, cheapest_units=3),
            "Buyers paid Rp45,000 a unit because of the platform's discount, while the seller received Rp55,000.",
        ),
    ],
)
def test_what_is_said(of: Facts, english: str) -> None:
    text = told(of)
    assert english in text["en"]
    assert sentences(text["en"]) == sentences(text["id"]) == 2


@given(some)
def test_exactly_two_sentences(given_facts: dict[str, Any]) -> None:
    text = told(loss(**given_facts))
    assert set(text) == {"id", "en"}
    assert [sentences(t) for t in text.values()] == [2, 2]


def test_notice_is_the_clause() -> None:
    assert NOTICE == {"id": "Indikasi statistik, bukan putusan", "en": "statistical indication, not a finding of law"}


def test_numbers() -> None:
    assert [money(1_250_000, "IDR", lang) for lang in ("id", "en")] == ["Rp1.250.000", "Rp1,250,000"]
    assert [money(123_456, "CNY", lang) for lang in ("id", "en")] == ["CNY 1.234,56", "CNY 1,234.56"]
    assert [quantity(1_250_500, lang) for lang in ("id", "en")] == ["1.250,5", "1,250.5"]
    assert (quantity(12_000, "id"), quantity(1, "en")) == ("12", "0.001")
    assert probability(0.00000001, "en") == "0.0001"
    assert (money(Fraction(52_999_999, 1000), "IDR", "en"), percent(Fraction(1, 8), "id")) == ("Rp52,999", "12,5 persen")
