"""F1. From MEDIUM up a finding's own events are kept as hashed segments; a report is verified to single events without the log.

Not built: the events of matched rivals. So no two findings share a segment yet; what they would share is shown at the store.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.referral.matter import Act, Matter
from app.referral.report import report_bytes
from app.store.dossier import frozen_findings
from app.store.effects import Effects, write_rows
from app.store.engine import read, write
from tests.property.rig import MINUTE, SECOND, Event, Rig
from tests.semantics.losses import BEGIN, LOSS, frozen, loss, papers, root_of, segment_bodies, sha, sold
from tests.semantics.stage import beat, outcomes, rig_at

LINES = 12


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with rig_at(tmp_path / "home", **papers("p-1", "p-2")) as opened:
        yield opened


def proven(version: dict[str, Any], segments: dict[str, bytes]) -> list[dict[str, Any]]:
    """The events of a version, every hash on the way recomputed from bytes; raises where one does not fit."""
    told = version["body"]["evidence"]
    assert sha(version["text"].encode()) == version["sha256"]
    bodies = [segments[name] for name in told["segments"]]
    assert root_of([sha(body) for body in bodies]) == told["merkle_root"]
    return [json.loads(line) for body in bodies for line in body.splitlines()]


def medium(rig: Rig) -> list[dict[str, Any]]:
    return [v for v in frozen(rig) if v["body"]["severity"] in ("MEDIUM", "HIGH", "CRITICAL")]


def test_low_keeps_nothing_and_medium_keeps_its_own_events(rig: Rig) -> None:
    posted = sold(rig, range(LINES), "p-1", "p-2")
    rig.drain()
    versions = frozen(rig)
    assert {v["body"]["severity"] for v in versions} >= {"LOW", "MEDIUM"}
    for version in versions:
        if version not in medium(rig):
            assert version["body"]["evidence"] == {"merkle_root": None, "segments": []}
            continue
        pair = version["body"]["pair"]
        end = (version["body"]["pane"] + 1) * 10 * SECOND
        mine = [e["event_id"] for e in posted if e["product_id"] == pair["product_id"]]
        until = [i for n, i in enumerate(mine) if BEGIN + n * MINUTE + 5 * SECOND < end]
        assert [e["event_id"] for e in proven(version, segment_bodies(rig))] == until, "its own, in order, none of later panes"


def test_an_event_is_kept_as_it_was_posted(rig: Rig) -> None:
    named = {"quantity": 2.5, "order_id": "o-1", "line_id": "l-1"}
    for more in ({"who_knows": 7}, {}):
        rig.post([loss(0, **named, **more)], at_us=BEGIN + 20 * SECOND)
    sold(rig, range(1, LINES))
    rig.drain()
    first = proven(medium(rig)[0], segment_bodies(rig))[0]
    wanted = {"event_id": "p-1-0", "price": LOSS, "quantity_milli": 2500, "order_id": "o-1", "line_id": "l-1"}
    assert {c: first[c] for c in wanted} == wanted
    assert first["occurred_us"] == BEGIN + 5 * SECOND
    assert not {"sender", "received_us", "extra", "pos", "key"} & set(first), "content only: the same however often it was posted"


def test_a_segment_is_the_sorted_canonical_events_of_one_key_and_minute(rig: Rig) -> None:
    sold(rig, range(LINES), "p-1", "p-2")
    rig.drain()
    for name, key, minute, body in rig.one("select sha256, key, minute_us, body from evidence"):
        events = [json.loads(line) for line in bytes(body).splitlines()]
        again = "".join(json.dumps(e, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n" for e in events).encode()
        assert sha(again) == name
        assert {(f"{e['platform']}:{e['category_id']}", e["occurred_us"] // MINUTE * MINUTE) for e in events} == {(key, minute)}
        assert events == sorted(events, key=lambda e: (e["occurred_us"], e["event_id"]))


def test_what_several_versions_name_is_stored_once(rig: Rig) -> None:
    sold(rig, range(40))
    rig.drain()
    named = [name for v in medium(rig) for name in v["body"]["evidence"]["segments"]]
    assert len(medium(rig)) > 1
    assert len(named) > len(set(named)), "versions share segments"
    stored = [name for (name,) in rig.one("select sha256 from evidence")]
    assert sorted(stored) == sorted(set(named))
    assert sorted(rig.one("select finding_id, sha256 from finding_evidence")) == sorted({(medium(rig)[0]["finding_id"], n) for n in named})


def test_two_findings_may_name_one_segment_and_the_first_bytes_stay(rig: Rig) -> None:
    body = b'{"event_id":"e"}\n'
    kept = {"sha256": sha(body), "key": "k", "minute_us": 0, "body": body}
    with write(rig.engine) as connection:
        for finding in ("f_1", "f_2"):
            owner = {"finding_id": finding, "sha256": kept["sha256"]}
            write_rows(connection, Effects(inserts={"evidence": [kept], "finding_evidence": [owner]}))
        write_rows(connection, Effects(inserts={"evidence": [kept | {"body": b"other"}]}))
    assert segment_bodies(rig) == {sha(body): body}
    assert len(rig.one("select * from finding_evidence")) == 2


def test_a_tampered_byte_is_found(rig: Rig) -> None:
    sold(rig, range(LINES))
    rig.drain()
    version, whole = medium(rig)[-1], segment_bodies(rig)
    assert proven(version, whole)
    for name in version["body"]["evidence"]["segments"]:
        body = whole[name]
        for at_byte in (0, len(body) // 2, len(body) - 1):
            bent = body[:at_byte] + bytes([body[at_byte] ^ 1]) + body[at_byte + 1 :]
            with pytest.raises(AssertionError):
                proven(version, whole | {name: bent})
    bent_text = version["text"].replace(str(LOSS), str(LOSS + 1))
    assert bent_text != version["text"]
    with pytest.raises(AssertionError):
        proven(version | {"text": bent_text}, whole)


def test_late_rows_and_reused_ids_are_no_evidence(rig: Rig) -> None:
    """[They were in no window: a root that holds them would prove figures that nobody computed.]"""
    sold(rig, range(3))
    rig.post([loss(1, event_id="late"), loss(3), beat("h", BEGIN + 4 * MINUTE)], at_us=BEGIN + 4 * MINUTE)
    for amount in (LOSS, 1):
        rig.post([loss(4, price=amount)], at_us=BEGIN + 4 * MINUTE + 6 * SECOND)
    sold(rig, range(5, LINES))
    rig.drain()
    assert outcomes(rig)[2:] == (1, 1), "one late, one with a known id and another price"
    kept = proven(medium(rig)[-1], segment_bodies(rig))
    assert len(kept) >= 8
    assert [e["event_id"] for e in kept] == [f"p-1-{n}" for n in range(len(kept))]
    assert {e["price"] for e in kept} == {LOSS}


def reported(rig: Rig) -> dict[str, Any]:
    """The report of every finding of the store, as it would be frozen."""
    with read(rig.engine) as connection:
        found = frozen_findings(connection, [f for (f,) in rig.one("select finding_id from finding")])
    act = Act("k_1", BEGIN)
    matter = Matter("r_1", "c_1", "KPPU", "tiktok", "toko-1", "below cost", act, act, "skipped", "none to be had", tuple(found))
    return json.loads(report_bytes(matter))  # type: ignore[no-any-return]


def posted_of(events: list[Event], product: str) -> list[str]:
    return [e["event_id"] for e in events if e["product_id"] == product]


def test_without_the_log_a_report_is_verified_down_to_single_events(rig: Rig) -> None:
    posted = sold(rig, range(LINES + 30), "p-1", "p-2")
    rig.drain()
    rig.log.close()
    for file in rig.home.glob("log.sqlite3*"):
        file.unlink()
    report, segments = reported(rig), segment_bodies(rig)
    newest = {v["sha256"]: v for v in frozen(rig)}
    items = {item["sha256"] for item in report["evidence"] if item["type"] == "events"}
    judged = [item for item in report["evidence"] if item["type"] == "analysis"]
    assert len(judged) == 2
    for item in judged:
        version = newest[item["sha256"]]
        assert version["body"]["evidence"]["merkle_root"] == item["merkle_root"] is not None
        events = proven(version, segments)
        product = version["body"]["pair"]["product_id"]
        assert [e["event_id"] for e in events] == posted_of(posted, product)[: len(events)]
        assert len(events) >= LINES
        # [products of one category share key and minute: an item named by these two alone pushed the other's out of the report]
        assert set(version["body"]["evidence"]["segments"]) <= items, "the report itself names every segment under the root"
    assert len({item["id"] for item in report["evidence"]}) == len(report["evidence"])
