"""Do clocks, platforms and reused ids hold at the door (C1, A1, A2)?"""

from __future__ import annotations

import json
from typing import Any

from app.intake.rules import Stamp
from app.intake.sender import Sender
from app.intake.validate import Batch, validate

NOW = 1_794_402_000_000_000  # 2026-11-11T20:00:00+07:00
SECOND = 1_000_000


def posted(*events: dict[str, Any], platforms: tuple[str, ...] = ("tiktok", "tokopedia")) -> Batch:
    body = "\n".join(json.dumps({"type": "session_ended", "session_id": "s", **event}) for event in events)
    return validate(body.encode(), "application/x-ndjson", Stamp(Sender("k", platforms), NOW, 300 * SECOND))


def at(clock: str) -> str:
    return f"2026-11-11T{clock}+07:00"


def test_five_minutes_ahead_is_the_limit() -> None:
    batch = posted(
        {"event_id": "a", "occurred_at": at("20:05:00")},
        {"event_id": "b", "occurred_at": at("20:05:00.000001")},
    )
    assert batch.rows["event_id"].to_list() == ["a"]
    assert {i: (r.event_id, r.field) for i, r in batch.refused.items()} == {1: ("b", "occurred_at")}


def test_a_files_own_received_at_is_the_measure() -> None:
    batch = posted(
        {"event_id": "ok", "occurred_at": at("10:04:59"), "received_at": at("10:00:00")},
        {"event_id": "ahead", "occurred_at": at("10:05:01"), "received_at": at("10:00:00")},
        {"event_id": "liar", "occurred_at": at("23:00:00"), "received_at": at("23:00:00")},
    )
    assert batch.rows["arrival_us"].to_list() == [NOW - 10 * 3600 * SECOND]
    assert [(i, r.field) for i, r in batch.refused.items()] == [(1, "occurred_at"), (2, "received_at")]


def test_the_first_platform_is_the_default() -> None:
    batch = posted(
        {"event_id": "a", "occurred_at": at("19:00:00")},
        {"event_id": "b", "occurred_at": at("19:00:00"), "session_platform": "tokopedia"},
        {"event_id": "c", "occurred_at": at("19:00:00"), "session_platform": "shopee"},
    )
    assert batch.rows.select("posting_platform", "platform").rows() == [("tiktok", "tiktok"), ("tiktok", "tokopedia")]
    assert [(i, r.field) for i, r in batch.refused.items()] == [(2, "session_platform")]


def test_equal_repeats_stay_and_reuse_goes() -> None:
    one = {"event_id": "a", "occurred_at": at("19:00:00")}
    other = {"event_id": "a", "occurred_at": at("19:00:01")}
    batch = posted(one, {**one, "note": "extra does not make another event"}, other, other, one)
    assert batch.rows.height == 3
    assert list(batch.refused) == [2, 3]
    assert batch.unknown == {"note": 1}
    assert batch.sent == 5


def test_many_events_say_the_same_as_few() -> None:
    filler = [{"event_id": f"f{i}", "occurred_at": at("19:00:00")} for i in range(100)]
    batch = posted(*filler, {"event_id": "f1", "occurred_at": at("19:00:01")}, {"event_id": "z", "occurred_at": at("21:00:00")})
    assert batch.rows.height == 100
    assert [(i, r.field) for i, r in batch.refused.items()] == [(100, "event_id"), (101, "occurred_at")]


def test_unknown_fields_are_kept_up_to_a_kilobyte() -> None:
    batch = posted({"event_id": "a", "occurred_at": at("19:00:00"), "b": "x" * 2000, "a": [1, {"c": 2.5}], "d": True})
    assert batch.rows["extra"].to_list() == ['{"a":[1,{"c":2.5}],"d":true}']
    assert batch.unknown == {"a": 1, "b": 1, "d": 1}
