"""E10. A seller is never called anything; what is said of one is an indication. (Pages and papers: tests/test_words.py.)"""

from __future__ import annotations

import json

import pytest

from app.findings.body import told_body
from tests.test_words import NEVER
from tests.windows.rows import price, sale
from tests.worker.line import close

FREE = {"platform_discount": 0, "seller_voucher": 0}


@pytest.mark.parametrize("minutes", [1, 12, 40])
def test_a_whole_finding_says_what_it_is_and_calls_nobody_names(minutes: int) -> None:
    """[A court reads "pelanggar" as a verdict, and the seller as a reason to sue.]"""
    rows = [e for m in range(minutes) for e in (price(60 * m, 45_000, **FREE), sale(60 * m + 5, 45_000))]
    for told in close(rows, 6 * minutes + 40).versions():
        body = told_body(json.dumps({"figures": {}, "inputs": {}}), told.state, told.facts, told.judgement)
        assert body["notice"] == {"id": "Indikasi statistik, bukan putusan", "en": "statistical indication, not a finding of law"}
        assert NEVER.findall(json.dumps(body, default=str)) == []
        for language in ("id", "en"):
            assert body["reasons"][language].count(". ") + 1 == 2
