"""The packet: same input, same bytes; the addressee's rules only; no word that judges; two items of evidence or `incomplete`."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from app.referral.matter import Act, FrozenFinding, Matter, Segment
from app.referral.message import CREATED, LIMIT_BYTES, Frozen, created
from app.referral.report import packet, report_bytes
from tests.referral.house import START_US, body_of

FIELDS = [
    "reporter",
    "reported",
    "witnesses",
    "injured",
    "provisions",
    "rule_pack_version",
    "relevant_market",
    "conduct",
    "cost",
    "intent_signals",
    "effect",
    "recoupment",
    "defences",
    "exculpatory",
    "statistics",
    "evidence",
    "limitation",
    "human_approvers",
    "status",
    "addressee",
    "completeness",
    "seller_reply",
]


def frozen(finding_id: str, segments: int = 2, **changes: Any) -> FrozenFinding:
    pieces = tuple(Segment(f"{finding_id}{n}".ljust(64, "0"), "tiktok:rice", START_US + n) for n in range(segments))
    return FrozenFinding(finding_id, 1, "c" * 64, None, body_of(finding_id, **changes), pieces)


def matter(*found: FrozenFinding, approved: bool = True) -> Matter:
    return Matter(
        referral_id="r_1",
        case_id="c_1",
        addressee="KPPU",
        platform="tiktok",
        seller_id="toko-1",
        reasons="below cost in four sessions",
        proposed=Act("key_a", START_US),
        approved=Act("key_b", START_US + 1) if approved else None,
        reply_step="answered",
        reply_note="  kami jual rugi karena\tkedaluwarsa ",
        findings=found,
    )


def test_every_field_of_the_law_is_there() -> None:
    report = packet(matter(frozen("f_1")))
    assert [f for f in FIELDS if f not in report] == []
    assert report["provisions"] == ["UU5/1999:20"]
    assert report["rule_pack_version"] == ["2026-11"]
    assert report["cost"][0]["tier"] == "T1"
    assert report["human_approvers"]["approved"] == {"id": "key_b", "time": "2026-11-11T12:00:00.000001Z"}
    assert report["limitation"] == {"id": "Indikasi statistik, bukan putusan", "en": "statistical indication, not a finding of law"}


def test_the_reply_travels_unaltered() -> None:
    assert packet(matter(frozen("f_1")))["seller_reply"]["text"] == "  kami jual rugi karena\tkedaluwarsa "


def test_the_order_of_findings_does_not_matter() -> None:
    one, two = frozen("f_1"), frozen("f_2")
    assert report_bytes(matter(one, two)) == report_bytes(matter(two, one))


def test_other_addressees_rules_stay_out() -> None:
    tests = [
        {"rule": "R01", "status": "triggered", "addressee": "KPPU"},
        {"rule": "R20", "status": "triggered", "addressee": "Ministry of Trade"},
    ]
    text = report_bytes(matter(frozen("f_1", tests=tests))).decode()
    assert "R01" in text
    assert "R20" not in text
    assert "Permendag" not in text


def test_what_speaks_for_the_seller_is_said() -> None:
    facts = {e["fact"] for e in packet(matter(frozen("f_1")))["exculpatory"]}
    assert facts == {"defence D5 unknown", "rule R06 insufficient", "buyers saved", "units not settled"}


@pytest.mark.parametrize(
    ("segments", "source", "expected"), [(2, "x", "complete"), (1, "x", "incomplete"), (1, "sha256:" + "a" * 64, "complete")]
)
def test_two_items_of_evidence_or_incomplete(segments: int, source: str, expected: str) -> None:
    cost = {"tier": "T1", "lo": 1, "hi": 1, "source": source}
    report = packet(matter(frozen("f_1", segments, cost=cost)))
    assert report["completeness"] == expected
    assert all(item["sha256"] for item in report["evidence"])


def test_no_judging_word() -> None:
    words = set(re.findall(r"\w+", report_bytes(matter(frozen("f_1"))).decode().lower()))
    assert words & {"pelanggar", "pelaku", "predator", "tersangka", "violator", "suspect"} == set()


def test_the_message_carries_the_report_where_it_fits() -> None:
    small = matter(frozen("f_1"))
    text = report_bytes(small).decode()
    body = created(small, Frozen(text, "d" * 64), START_US, "https://kawal.example/")
    message = json.loads(body)
    assert len(body) < LIMIT_BYTES
    assert message["type"] == CREATED
    assert message["data"]["report"] == json.loads(text)
    assert message["data"]["links"] == {"report": "https://kawal.example/v1/referrals/r_1/report"}


@pytest.mark.parametrize(("count", "length"), [(60, 100), (60, 5000)])
def test_a_large_report_is_fetched(count: int, length: int) -> None:
    many = matter(*(frozen(f"f_{n}", reasons={"id": "", "en": "x" * length}) for n in range(count)))
    body = created(many, Frozen(report_bytes(many).decode(), "d" * 64), START_US, "https://kawal.example")
    data = json.loads(body)["data"]
    assert len(body) < LIMIT_BYTES
    assert "report" not in data
    assert (data["findings_count"], data["report_sha256"], data["severity"]) == (count, "d" * 64, "HIGH")


def test_a_draft_says_so() -> None:
    draft = packet(matter(frozen("f_1"), approved=False))
    assert (draft["status"], draft["human_approvers"]["approved"]) == ("draft", None)
    assert replace(matter(frozen("f_1")), approved=None) == matter(frozen("f_1"), approved=False)
