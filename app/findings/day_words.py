"""What does the sealed day say in words? One sentence in each language beside the finding's own two (E10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.calibrated import OK
from app.domain.levels import Severity
from app.domain.time import day_date
from app.findings import calibration_words
from app.findings.consequence import SEVERITY_NAMES
from app.findings.numbers import Language, probability, quantity


def day_sentence(said: Mapping[str, Any]) -> dict[str, str]:
    """said: day, q_value, units_tested, gates, severity and calibration of a day verdict."""
    return {language: _sentence(said, language) for language in ("id", "en")}


def _sentence(said: Mapping[str, Any], language: Language) -> str:
    q, units = probability(float(said["q_value"]), language), quantity(int(said["units_tested"]) * 1000, language)
    date = day_date(int(said["day"])).isoformat()
    if language == "id":
        return f"Di antara {units} produk yang diuji pada {date}, nilai q produk ini {q}; {_follows(said, language)}."
    return f"Among the {units} products tested on {date} this one has a q-value of {q}; {_follows(said, language)}."


def _follows(said: Mapping[str, Any], language: Language) -> str:
    word = SEVERITY_NAMES[Severity[str(said["severity"])]][language]
    if not said["gates"]:
        return "tingkat hukumnya tidak bergantung padanya" if language == "id" else "its legal level does not depend on it"
    if said["calibration"] != OK:
        asked = calibration_words.said(said["calibration"]).clause[language]
        return f"{asked}, tingkatnya tetap {word}" if language == "id" else f"{asked}, the severity stays {word}"
    return f"tingkatnya {word}" if language == "id" else f"the severity is {word}"
