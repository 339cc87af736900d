"""Is a file posted whole, in order, once, and closed by its heartbeats, whatever interrupts it?"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.client import batches
from app.client.event_file import NotReadable, raw_lines
from app.client.failure import NoAnswer
from app.client.replay import replay
from app.client.resume import OtherReplay
from app.client.tally import ReplaySummary
from tests.client.service import KEY, URL, Event, FakeDoor, at, ended, ndjson, price, problem, sale

EVENING = [price("a", 0), *[sale(f"s-{n}", n / 4, product_id=f"p-{n % 7}") for n in range(1, 80)], ended("z", 21)]
REPEATED = ["a~1", "a~2", "a~3", "a~4"]


def run(door: FakeDoor, *files: Path, **options: Any) -> ReplaySummary:
    return replay(list(files), to=URL, key=KEY, transport=door, progress=False, sleep=lambda _: None, **options)


def rows(door: FakeDoor) -> list[Event]:
    return [event for event in door.events if event["type"] != "heartbeat"]


def beats(door: FakeDoor) -> list[str]:
    return [event["occurred_at"] for event in door.events if event["type"] == "heartbeat"]


def test_a_file_with_its_repeats_and_heartbeat(tmp_path: Path) -> None:
    door = FakeDoor()
    summary = run(door, ndjson(tmp_path / "e.ndjson", EVENING), batch=10)
    assert [e for e in rows(door) if "~" not in e["event_id"]] == EVENING
    assert [e["event_id"] for e in rows(door) if "~" in e["event_id"]] == REPEATED
    assert [len(door.bodies[key]) for key in door.order] == [10] * 8 + [5, 1]
    assert door.events[-1]["type"] == "heartbeat"
    assert beats(door) == [at(21)] == list(summary.heartbeats)
    assert (summary.sent, summary.accepted, summary.rejected, summary.repeated, summary.complete) == (85, 85, 0, 0, True)
    assert len(summary.receipt_ids) == 9
    json.dumps(summary.as_json())


def test_seal_is_two_in_the_morning_after_the_last_day(tmp_path: Path) -> None:
    door = FakeDoor()
    run(door, ndjson(tmp_path / "e.ndjson", EVENING), seal=True)
    assert beats(door) == [at(21), "2026-11-11T19:00:00.000000Z"]


def test_bytes_travel_as_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "e.ndjson"
    path.write_bytes(b'\xef\xbb\xbf{"a": 45000.0,  "a":1}\r\n\n{broken\xff\n')
    bodies = []
    door = FakeDoor(*[lambda request: bodies.append(request.content) or httpx2.Response(202, json=receipt(2))])
    run(door, path, gzip=False)
    assert bodies == [b'{"a": 45000.0,  "a":1}\n{broken\xff\n']


def receipt(accepted: int, **changes: Any) -> dict[str, Any]:
    return {"receipt_id": "r", "accepted": accepted, "rejected": [], "unknown_fields": {}, **changes}


def test_gzip_arrays_and_several_files(tmp_path: Path) -> None:
    packed = tmp_path / "one.ndjson.gz"
    packed.write_bytes(gzip.compress("".join(json.dumps(e) + "\n" for e in EVENING[:40]).encode()))
    array = tmp_path / "two.json"
    array.write_text(json.dumps(EVENING[40:], indent=1))
    door = FakeDoor()
    assert run(door, packed, array).sent == 85
    assert [e for e in rows(door) if "~" not in e["event_id"]] == EVENING
    assert [e["event_id"] for e in rows(door) if "~" in e["event_id"]] == REPEATED


@pytest.mark.parametrize("text", ['[{"a":1}', '[{"a":1} {"b":2}]', "[1,", '[{"a":1}] x'])
def test_a_broken_array_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "e.json"
    path.write_text(text)
    with pytest.raises(NotReadable, match="no JSON array"):
        list(raw_lines(path))


def test_resume_after_any_failure_sends_nothing_twice(tmp_path: Path) -> None:
    path, state = ndjson(tmp_path / "e.ndjson", EVENING), tmp_path / "state.json"
    whole = FakeDoor()
    run(whole, path, batch=10)
    for broken_at in range(10):
        state.unlink(missing_ok=True)
        door = FakeDoor(*[None] * broken_at, KeyboardInterrupt())
        first = run(door, path, batch=10, resume=state)
        assert not first.complete
        second = run(door, path, batch=10, resume=state)
        assert second.complete
        assert door.events == whole.events
        assert (second.sent, second.accepted, second.repeated) == (85, 85, 0)
        assert len(door.requests) == len(whole.requests) + 1


def test_a_receipt_that_was_lost_is_repeated_and_not_summed(tmp_path: Path) -> None:
    path, state = ndjson(tmp_path / "e.ndjson", EVENING), tmp_path / "state.json"

    def lost(request: httpx2.Request) -> httpx2.Response:
        door.take(request)
        raise httpx2.ReadError("killed")

    door = FakeDoor(None, None, lost)
    with pytest.raises(NoAnswer):
        run(door, path, batch=10, resume=state, patience=0.0)
    summary = run(door, path, batch=10, resume=state)
    assert (summary.sent, summary.accepted, summary.repeated) == (85, 75, 10)
    assert [e for e in rows(door) if "~" not in e["event_id"]] == EVENING


def test_a_resume_file_is_of_one_replay(tmp_path: Path) -> None:
    path, state = ndjson(tmp_path / "e.ndjson", EVENING), tmp_path / "state.json"
    run(FakeDoor(), path, resume=state)
    again = FakeDoor()
    assert run(again, path, resume=state).sent == 85
    assert rows(again) == []
    assert beats(again) == [at(21)]
    with pytest.raises(OtherReplay, match="other repeat"):
        run(FakeDoor(), path, resume=state, repeat=False)
    ndjson(path, EVENING[:-1])
    with pytest.raises(OtherReplay, match="other files"):
        run(FakeDoor(), path, resume=state)
    state.write_text("[]")
    with pytest.raises(OtherReplay, match="no resume file"):
        run(FakeDoor(), path, resume=state)


def test_rejections_in_short_and_no_heartbeat_for_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = ndjson(tmp_path / "e.ndjson", [price("a", 0), price("b", 1), price("c", 60)])
    rejected = [{"index": i, "event_id": e, "field": "price", "problem": "must not be negative"} for i, e in ((1, "b"), (2, "c"))]
    door = FakeDoor(httpx2.Response(202, json=receipt(1, rejected=rejected, unknown_fields={"seller_vouchr": 2})))
    summary = replay([path], to=URL, key=KEY, transport=door, repeat=False)
    assert (summary.sent, summary.accepted, summary.rejected) == (3, 1, 2)
    assert summary.unknown_fields == {"seller_vouchr": 2}
    assert summary.heartbeats == (at(0),)
    assert "2 rejected, price: must not be negative (e.g. b, c)" in capsys.readouterr().err


def test_full_log_is_waited_for(tmp_path: Path) -> None:
    door, slept = FakeDoor(None, problem(429, "log-full", {"Retry-After": "5"})), []
    path = ndjson(tmp_path / "e.ndjson", EVENING)
    summary = replay([path], to=URL, key=KEY, transport=door, progress=False, batch=50, sleep=slept.append)
    assert (slept, summary.accepted, summary.repeated) == ([5.0], 85, 0)


def test_speed_waits_until_it_happened() -> None:
    now = [100.0]
    pace = batches.Pace(60.0, now=lambda: now[0], sleep=lambda seconds: now.__setitem__(0, now[0] + seconds))
    given = [(now[0] - 100.0, [e["event_id"] for e in map(json.loads, batch.lines)]) for batch in _given(pace)]
    # a minute in a second, cut in quarters
    assert given == [(0.25, ["a", "b"]), (1.25, ["c"]), (5.25, ["d"])]


def _given(pace: batches.Pace) -> Any:
    return batches.batches([price("a", 0), price("b", 0.1), price("c", 1), price("d", 5)], 100, pace)


def test_byte_limit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(batches, "MAX_BYTES", 1000)
    door = FakeDoor()
    run(door, ndjson(tmp_path / "e.ndjson", EVENING))
    assert len(door.order) > 10
    assert len(rows(door)) == 85


@pytest.mark.parametrize("options", [{"batch": 0}, {"batch": 200_001}, {"speed": 0}, {"speed": -1.0}])
def test_options(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="batch"):
        replay([], to=URL, key=KEY, **options)
