"""Do sessions, findings, judgements and timelines show what was asked for, page after page?"""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import Engine

from app.domain.levels import Level, Severity
from app.store import findings, judgements, sessions, timelines
from app.store.effects import upsert
from app.store.engine import read, write
from app.store.standing import FindingFilter

HUGE = 2**80


def finding(
    name: str, session: str, *, seller: str = "a", level: int = 4, severity: int = 3, harm: int = 100, rule: str = "R01", **more: Any
) -> dict[str, Any]:
    return {
        "finding_id": name, "platform": "tiktok", "session_id": session, "seller_id": seller, "product_id": "p", "key": "tiktok:c",
        "category_id": "c", "partition": 0, "status": "open", "level": level, "legal_level": level, "severity": severity, "p_value": None,
        "opened_us": 1, "updated_us": 10, "closed_us": None, "version": 1, "estimated_harm": str(harm), "harm_rank": float(harm),
        "verdict": None, "body": json.dumps({"rules": [rule, "R02"], "tests": [{"rule": "R77"}]}),
    } | more  # fmt: skip


FINDINGS = [
    finding("f1", "s1", harm=500),
    finding("f2", "s1", seller="b", level=2, severity=2, harm=HUGE, rule="R05", updated_us=30),
    finding("f3", "s2", severity=5, harm=900, verdict="lawful"),
    finding("f4", "s2", seller="b", level=3, severity=2, harm=7, category_id="d", key="tiktok:d", status="closed"),
    finding("f5", "s3", severity=4, harm=7, verdict="unlawful_indicated", updated_us=20),
    finding("f6", "s1", platform="shopee", severity=1, level=1, harm=0),
]
PARTS = [("tiktok", "s1", 0, 90, 1, 10, 40), ("tiktok", "s1", 3, 10, 1, 5, 30), ("tiktok", "s2", 0, 5, 0, 50, 60),
         ("tiktok", "s3", 1, 5, 0, 70, 80), ("shopee", "s1", 1, 1, 0, 1, 2)]  # fmt: skip


@pytest.fixture
def filled(engine: Engine) -> Engine:
    pair = {"platform": "tiktok", "seller_id": "a", "product_id": "p", "key": "tiktok:c", "partition": 0, "category_id": "c"}
    final = {"pane": 9, "level": 4, "legal_level": 4, "severity": 3, "finals": 2, "final": '{"level":4}'}
    with write(engine) as connection:
        upsert(connection, "finding", FINDINGS)
        names = ("platform", "session_id", "partition", "rows", "late", "first_us", "last_us")
        upsert(connection, "session_part", [dict(zip(names, p, strict=True)) for p in PARTS])
        upsert(connection, "session", [
            {"platform": "tiktok", "session_id": "s1", "host_kind": "affiliate", "started_us": 4, "viewers": 9},
            {"platform": "tiktok", "session_id": "s0", "started_us": 1, "first_us": 1, "last_us": 2},
        ])  # fmt: skip
        upsert(connection, "judgement", [
            {**pair, **final, "session_id": "s1"},
            {**pair, **final, "session_id": "s1", "product_id": "q", "provisional": '{"level":3}', "provisional_pos": 4},
            {**pair, "session_id": "s1", "product_id": "r", "provisional": '{"level":2}', "provisional_pos": 5},
            {**pair, **final, "session_id": "s3", "seller_id": "b"},
        ])  # fmt: skip
        minutes = [
            {**{k: pair[k] for k in ("platform", "seller_id", "product_id", "key")}, "session_id": "s1", "minute_us": m * 60}
            for m in range(6)
        ]
        upsert(connection, "timeline", [*minutes, {**minutes[2], "product_id": "q", "low": 3, "mean": 3.5}])
    return engine


def names(engine: Engine, query: sessions.Query) -> list[str]:
    with read(engine) as connection:
        return [f"{s.platform}:{s.session_id}" for s in sessions.list_sessions(connection, query)]


def test_a_session_adds_up_its_standing_findings(filled: Engine) -> None:
    with read(filled) as connection:
        found = {f"{s.platform}:{s.session_id}": s for s in sessions.list_sessions(connection, sessions.Query())}
        assert sessions.get(connection, "tiktok", "s1") == found["tiktok:s1"]
        assert sessions.get(connection, "tiktok", "s9") is None
    assert (next(iter(found)), len(found)) == ("tiktok:s1", 5)
    first, second = found["tiktok:s1"], found["tiktok:s2"]
    assert (first.rows, first.late, first.late_share, first.first_us, first.last_us) == (100, 2, 0.02, 5, 40)
    assert (first.host_kind, first.started_us, first.viewers) == ("affiliate", 4, 9)
    assert (first.severity, first.flagged, first.levels) == (Severity.MEDIUM, True, {Level.L2: 1, Level.L4: 1})
    assert first.estimated_harm == str(HUGE + 500)
    # the lawful CRITICAL one neither flags nor counts
    assert (second.severity, second.flagged, second.levels, second.estimated_harm) == (Severity.LOW, False, {Level.L3: 1}, "7")
    quiet = found["tiktok:s0"]
    assert (quiet.severity, quiet.levels, quiet.estimated_harm, quiet.late_share, quiet.last_us) == (Severity.NONE, {}, "0", 0.0, 2)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        (sessions.Query(flagged=True), {"tiktok:s1", "tiktok:s3"}),
        (sessions.Query(flagged=False), {"tiktok:s0", "tiktok:s2", "shopee:s1"}),
        (sessions.Query(severities=[Severity.LOW]), {"tiktok:s2"}),
        (sessions.Query(platforms=["shopee"]), {"shopee:s1"}),
        (sessions.Query(platforms=[]), set()),
        (sessions.Query(since_us=41, until_us=70), {"tiktok:s2"}),
        (sessions.Query(finding=FindingFilter(min_level=3)), {"tiktok:s1", "tiktok:s2", "tiktok:s3"}),
        (sessions.Query(finding=FindingFilter(rule="R05")), {"tiktok:s1"}),
        (sessions.Query(finding=FindingFilter(rule="R77")), set()),
        (sessions.Query(finding=FindingFilter(rule="R01", seller_id="b")), {"tiktok:s2"}),
        (sessions.Query(finding=FindingFilter(min_level=1, category="d")), {"tiktok:s2"}),
        (sessions.Query(finding=FindingFilter(seller_id="b")), {"tiktok:s3"}),
        (sessions.Query(finding=FindingFilter(market="tiktok:c", product_id="q")), {"tiktok:s1"}),
    ],
)
def test_sessions_are_filtered(filled: Engine, query: sessions.Query, wanted: set[str]) -> None:
    assert set(names(filled, query)) == wanted


@pytest.mark.parametrize("sort", ["-estimated_harm", "-last"])
def test_sessions_are_paged_without_gap_or_repeat(filled: Engine, sort: sessions.Sort) -> None:
    query = sessions.Query(sort=sort)
    whole, seen, cursor = names(filled, query), [], None
    with read(filled) as connection:
        while page := sessions.list_sessions(connection, query, cursor=cursor, limit=1):
            seen += [f"{s.platform}:{s.session_id}" for s in page]
            cursor = sessions.cursor_of(page[-1], sort)
    assert seen == whole
    assert len(whole) == 5
    expected = "tiktok:s1" if sort == "-estimated_harm" else "tiktok:s3"
    assert whole[0] == expected


@pytest.mark.parametrize("sort", ["-estimated_harm", "-updated", "-severity"])
def test_findings_are_paged_without_gap_or_repeat(filled: Engine, sort: findings.Sort) -> None:
    query = findings.Query(sort=sort, include_struck=True)
    seen: list[str] = []
    cursor = None
    with read(filled) as connection:
        while page := findings.list_findings(connection, query, cursor=cursor, limit=2):
            seen += [f.finding_id for f in page]
            cursor = findings.cursor_of(page[-1], sort)
    first = {"-estimated_harm": ["f2", "f3", "f1"], "-updated": ["f2", "f5"], "-severity": ["f3", "f5", "f1"]}[sort]
    assert seen[: len(first)] == first
    assert sorted(seen) == ["f1", "f2", "f3", "f4", "f5", "f6"]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        (findings.Query(), {"f1", "f2", "f4", "f5", "f6"}),
        (findings.Query(finding=FindingFilter(min_level=2, rule="R05")), {"f2"}),
        (findings.Query(finding=FindingFilter(seller_id="b", category="d", market="tiktok:d", product_id="p")), {"f4"}),
        (findings.Query(platforms=["tiktok"], session_id="s1"), {"f1", "f2"}),
        (findings.Query(severities=[Severity.HIGH, Severity.INFO]), {"f5", "f6"}),
        (findings.Query(status="closed"), {"f4"}),
        (findings.Query(since_us=20, until_us=30), {"f5"}),
    ],
)
def test_findings_are_filtered(filled: Engine, query: findings.Query, wanted: set[str]) -> None:
    with read(filled) as connection:
        assert {f.finding_id for f in findings.list_findings(connection, query)} == wanted


def test_a_verdict_strikes_a_finding_and_its_versions_stay(filled: Engine) -> None:
    frozen = [{"finding_id": "f1", "version": v, "pane": v, "sha256": f"h{v}", "body": json.dumps({"version": v})} for v in (2, 1)]
    with write(filled) as connection:
        upsert(connection, "finding_version", frozen)
        assert findings.set_verdict(connection, "f1", "data_error")
        assert not findings.set_verdict(connection, "f99", "lawful")
    with read(filled) as connection:
        found = findings.get(connection, "f1")
        assert found is not None
        assert (found.verdict, found.level, found.body["rules"]) == ("data_error", Level.L4, ["R01", "R02"])
        assert findings.get(connection, "f99") is None
        assert findings.versions(connection, "f1") == [(1, 1, "h1"), (2, 2, "h2")]
        assert findings.version(connection, "f1", 2) == {"version": 2}
        assert findings.version(connection, "f1", 3) is None
        session = sessions.get(connection, "tiktok", "s1")
    assert session is not None
    assert session.flagged is False


def test_provisional_judgements_are_shown_on_request_only(filled: Engine) -> None:
    with read(filled) as connection:
        finals = judgements.of_session(connection, "tiktok", "s1")
        everything = judgements.of_session(connection, "tiktok", "s1", include_provisional=True)
        one = judgements.of_session(connection, "tiktok", "s1", seller_id="a", product_id="q")
        rest = judgements.of_session(connection, "tiktok", "s1", include_provisional=True, cursor=("a", "p", "tiktok:c"), limit=1)
    assert [(j.product_id, j.level, j.final, j.provisional) for j in finals] == [("p", 4, {"level": 4}, None), ("q", 4, {"level": 4}, None)]
    assert [(j.product_id, j.level, j.finals, j.provisional_pos) for j in everything] == [
        ("p", 4, 2, None),
        ("q", 4, 2, 4),
        ("r", None, 0, 5),
    ]
    assert everything[2].provisional == {"level": 2}
    assert [j.product_id for j in one] == [j.product_id for j in rest] == ["q"]


def test_a_timeline_runs_through_the_session(filled: Engine) -> None:
    with read(filled) as connection:
        every = timelines.of_session(connection, "tiktok", "s1")
        one = timelines.of_session(connection, "tiktok", "s1", product_id="q", seller_id="a")
        some = timelines.of_session(connection, "tiktok", "s1", product_id="p", since_us=60, until_us=180)
        rest = timelines.of_session(connection, "tiktok", "s1", cursor=(120, "a", "p", "tiktok:c"), limit=2)
    assert [m.minute_us for m in every] == [0, 60, 120, 120, 180, 240, 300]
    assert [(m.minute_us, m.low, m.mean) for m in one] == [(120, 3, 3.5)]
    assert [m.minute_us for m in some] == [60, 120]
    assert [(m.minute_us, m.product_id) for m in rest] == [(120, "q"), (180, "p")]
