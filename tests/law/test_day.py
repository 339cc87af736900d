"""Does q decide on novelty alone, on the platform's own sessions, and never against or for a measured level?"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.levels import Severity
from app.findings.day_words import day_sentence
from app.law.day import severity_of_day
from tests.law.cases import PACK

LIMITS = PACK.severity.limits
NOVEL: dict[str, Any] = {
    "level": 1, "legal_level": 0, "severity": "LOW", "calibration": "ok", "caps": [], "exemption": {"exempt": False},
    "p_value": 0.004, "inputs": {"alpha_open": 0.01},
    "defences": [{"id": "D6", "status": "unknown"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "q", "wanted"),
    [
        ({}, 0.20, "MEDIUM"),
        ({}, 0.2001, "LOW"),
        ({"calibration": "borrowed"}, 0.01, "LOW"),
        ({"calibration": "not enough calibration"}, 0.01, "LOW"),
        ({"defences": [{"id": "D6", "status": "holds"}]}, 0.01, "LOW"),
        ({"defences": [{"id": "D7", "status": "holds"}], "severity": "INFO"}, 0.01, "INFO"),
        ({"exemption": {"exempt": True}, "severity": "INFO"}, 0.01, "INFO"),
        ({"caps": [{"cap": "MEDIUM"}]}, 0.01, "MEDIUM"),
    ],
)
def test_novelty_is_medium_by_its_q(changes: dict[str, Any], q: float, wanted: str) -> None:
    assert severity_of_day(NOVEL | changes, q, LIMITS).name == wanted


@given(st.integers(2, 4), st.sampled_from([s.name for s in Severity]), st.floats(0, 1), st.sampled_from(["ok", "borrowed"]))
def test_a_measured_level_that_is_not_unusual_keeps_its_severity_whatever_q_says(
    legal: int, severity: str, q: float, calibration: str
) -> None:
    """[Gated by q, an invoice would be worth nothing on a day of many bargains.]"""
    body = NOVEL | {"level": legal, "legal_level": legal, "severity": severity, "calibration": calibration, "p_value": 0.3}
    assert severity_of_day(body, q, LIMITS).name == severity


@given(st.integers(1, 4), st.sampled_from([s.name for s in Severity]), st.floats(0, 1))
def test_a_deeper_level_never_gets_less_of_its_day_than_novelty_alone(legal: int, severity: str, q: float) -> None:
    """A cut into a short L2 must not lose the MEDIUM that the same pair has as L1 (E2: a lower price never lowers)."""
    deeper = NOVEL | {"level": legal, "legal_level": legal if legal > 1 else 0, "severity": severity}
    alone = severity_of_day(NOVEL, q, LIMITS)
    assert severity_of_day(deeper, q, LIMITS) >= max(Severity[severity], alone if alone > Severity.LOW else Severity.NONE)


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_smaller_q_never_lowers_severity(a: float, b: float) -> None:
    assert severity_of_day(NOVEL, min(a, b), LIMITS) >= severity_of_day(NOVEL, max(a, b), LIMITS)


def test_the_day_is_said_in_both_languages() -> None:
    said = {"day": 20_768, "q_value": 0.0613, "units_tested": 3_120, "gates": True, "severity": "MEDIUM", "calibration": "ok"}
    assert day_sentence(said) == {
        "id": "Di antara 3.120 produk yang diuji pada 2026-11-11, nilai q produk ini 0,0613; tingkatnya SEDANG.",
        "en": "Among the 3,120 products tested on 2026-11-11 this one has a q-value of 0.0613; the severity is MEDIUM.",
    }
    assert "does not depend" in day_sentence(said | {"gates": False})["en"]
    assert "too few" in day_sentence(said | {"calibration": "borrowed", "severity": "LOW"})["en"]
