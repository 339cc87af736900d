"""Has every answer of the calibration words of its own, the same everywhere, and is a first campaign day never called too few sessions?"""

from __future__ import annotations

import pytest

from app.domain import calibrated
from app.findings.calibration_words import ANSWERS, said
from app.findings.day_words import day_sentence
from tests.test_words import NEVER

EVERY = {value for name, value in vars(calibrated).items() if name.isupper() and isinstance(value, str)}
DAY = {"day": 20_768, "q_value": 0.0613, "units_tested": 3_120, "gates": True, "severity": "LOW"}


def test_every_answer_has_words_of_its_own_in_both_languages() -> None:
    assert set(ANSWERS) == EVERY
    for language in ("id", "en"):
        assert len({said(a).short[language] for a in EVERY}) == len({said(a).clause[language] for a in EVERY}) == len(EVERY)
    texts = [text for words in ANSWERS.values() for both in words for text in both.values()]
    assert all(text and "." not in text and not NEVER.search(text) for text in texts)


def test_none_is_not_enough_and_an_unheard_answer_is_shown_as_it_is() -> None:
    assert said(None) == said(calibrated.NOT_ENOUGH)
    assert said("loaded").short == said("loaded").clause == {"id": "loaded", "en": "loaded"}


@pytest.mark.parametrize(
    ("answer", "indonesian", "english"),
    [
        (
            "borrowed",
            "sesi platform ini sendiri belum cukup, tingkatnya",
            "sessions of this platform's own are still too few, the severity",
        ),
        (
            "suspended",
            "pemeriksaan mingguan menghentikan kalibrasinya",
            "the weekly check has suspended its calibration, the severity stays",
        ),
        ("no like day", "belum pernah tercatat hari kampanye yang serupa", "no campaign day like it has been seen yet, the severity stays"),
        ("not enough calibration", "kalibrasi belum cukup, tingkatnya", "there is not enough calibration, the severity stays"),
    ],
)
def test_the_day_says_the_same(answer: str, indonesian: str, english: str) -> None:
    told = day_sentence(DAY | {"calibration": answer})
    assert indonesian in told["id"]
    assert english in told["en"]
    assert ("too few" in told["en"]) == (answer == "borrowed")
