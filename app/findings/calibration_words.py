"""What is each answer of the calibration called? In both languages: short beside a p, and as a clause of a sentence (E10)."""

from __future__ import annotations

from typing import Final, NamedTuple

from app.domain.calibrated import BORROWED, NO_LIKE_DAY, NOT_ENOUGH, OK, SUSPENDED


class Said(NamedTuple):
    """One answer: `short` is a label, `clause` stands in a sentence behind "and" or before a comma. {"id", "en"} both."""

    short: dict[str, str]
    clause: dict[str, str]


ANSWERS: Final[dict[str, Said]] = {
    OK: Said(
        {"id": "sesi platform sendiri", "en": "the platform's own sessions"},
        {"id": "dasarnya sesi platform ini sendiri", "en": "it rests on this platform's own sessions"},
    ),
    BORROWED: Said(
        {"id": "sesi pinjaman", "en": "borrowed sessions"},
        {"id": "sesi platform ini sendiri belum cukup", "en": "sessions of this platform's own are still too few"},
    ),
    NOT_ENOUGH: Said(
        {"id": "kalibrasi belum cukup", "en": "not enough calibration"},
        {"id": "kalibrasi belum cukup", "en": "there is not enough calibration"},
    ),
    NO_LIKE_DAY: Said(
        {"id": "belum ada hari serupa", "en": "no like day yet"},
        {"id": "belum pernah tercatat hari kampanye yang serupa", "en": "no campaign day like it has been seen yet"},
    ),
    SUSPENDED: Said(
        {"id": "kalibrasi dihentikan sementara", "en": "calibration suspended"},
        {"id": "pemeriksaan mingguan menghentikan kalibrasinya untuk sementara", "en": "the weekly check has suspended its calibration"},
    ),
}


def said(answer: str | None) -> Said:
    """The words of an answer of app.domain.calibrated; none (no model) is not enough, an unheard one is shown as it is."""
    if answer is None:
        return ANSWERS[NOT_ENOUGH]
    plain = dict.fromkeys(("id", "en"), answer)
    return ANSWERS.get(answer) or Said(plain, plain)
