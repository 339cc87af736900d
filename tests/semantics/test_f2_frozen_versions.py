"""F2. A version is never altered: later versions, verdicts, restarts and replays leave its bytes and its sha256 as they were.

Not built: corrections that name the version they correct. Nothing judges an old pane again in this release (E7 `rejudge`, C3
backfill), so a later version is the same finding further on, numbered one higher. A person's verdict stands beside the versions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from app.store import findings
from app.store.effects import Effects, write_rows
from app.store.engine import read, write
from tests.property.rig import HOUR, Rig, copied, made_up_forest
from tests.semantics.losses import BEGIN, frozen, loss, papers, segment_bodies, sha, sold
from tests.semantics.stage import beat, rig_at

Versions = dict[tuple[str, int], tuple[str, str]]


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with rig_at(tmp_path / "home", **papers("p-1")) as opened:
        yield opened


def versions(rig: Rig) -> Versions:
    """(finding, version) -> (sha256, text); every text has the hash it is kept under."""
    found = frozen(rig)
    assert [v["sha256"] for v in found] == [sha(v["text"].encode()) for v in found]
    assert [(v["body"]["finding_id"], v["body"]["version"]) for v in found] == [(v["finding_id"], v["version"]) for v in found]
    return {(v["finding_id"], v["version"]): (v["sha256"], v["text"]) for v in found}


def newest(rig: Rig) -> dict[str, Any]:
    (row,) = rig.one("select finding_id, version, verdict, body from finding")
    return dict(row._mapping)


def unaltered(before: Versions, after: Versions) -> None:
    assert before
    assert {place: after[place] for place in before} == before


def test_later_versions_leave_the_earlier_as_they_were(rig: Rig) -> None:
    seen: list[Versions] = []
    for minutes in (range(4), range(4, 12), range(12, 40)):
        sold(rig, minutes)
        rig.drain()
        seen.append(versions(rig))
    rig.post([loss(60), beat("h", BEGIN + 2 * HOUR)], at_us=BEGIN + 2 * HOUR)
    rig.drain()
    seen.append(versions(rig))
    sizes = [len(v) for v in seen]
    assert sizes == sorted(set(sizes)), "every step told something new"
    for before, after in pairwise(seen):
        unaltered(before, after)
    numbers = [number for _, number in seen[-1]]
    assert numbers == list(range(1, len(numbers) + 1)), "one finding, numbered without a gap"
    assert newest(rig)["body"] == seen[-1][max(seen[-1])][1], "the finding shows its newest version word for word"


def test_what_grows_between_two_versions_grows_beside_them(rig: Rig) -> None:
    """[Harm is counted on while nothing new is said; written into the version it would unsign a report.]"""
    sold(rig, range(12))
    rig.drain()
    before, told = versions(rig), newest(rig)["body"]
    harm = rig.one("select harm_rank from finding")[0][0]
    sold(rig, range(12, 16))
    rig.drain()
    assert versions(rig) == before
    assert newest(rig)["body"] == told
    assert rig.one("select harm_rank from finding")[0][0] > harm


def test_a_verdict_stands_beside_the_versions(rig: Rig) -> None:
    sold(rig, range(12))
    rig.drain()
    before = versions(rig)
    with write(rig.engine) as connection:
        assert findings.set_verdict(connection, newest(rig)["finding_id"], "lawful")
    assert versions(rig) == before
    assert newest(rig)["verdict"] == "lawful"
    sold(rig, range(12, 40))
    rig.drain()
    unaltered(before, versions(rig))
    assert len(versions(rig)) > len(before)
    assert newest(rig)["verdict"] == "lawful", "a later version does not strike a person's word"
    assert not any("verdict" in json.loads(text) for _, text in versions(rig).values())


def test_a_new_cost_paper_makes_a_new_version_and_mends_no_old_one(rig: Rig) -> None:
    sold(rig, range(12))
    rig.drain()
    before = versions(rig)
    rig.configure(costs=papers("p-1", lo=60_000)["costs"])
    sold(rig, range(12, 40))
    rig.drain()
    after = versions(rig)
    unaltered(before, after)
    costs = [json.loads(text)["cost"]["lo"] for _, text in (after[place] for place in sorted(after))]
    assert costs == [45_000] * len(before) + [60_000] * (len(after) - len(before))
    assert costs[-1] == 60_000


@pytest.mark.parametrize("restart_every", [1, 3])
def test_restarts_write_the_same_versions(rig: Rig, tmp_path: Path, restart_every: int) -> None:
    sold(rig, range(20))
    rig.log.close()
    rig.engine.dispose()
    found = []
    for name, every in (("whole", 0), ("pieces", restart_every)):
        with made_up_forest():
            again = Rig(copied(rig.home, tmp_path / name))
            again.drain(1 if every else 10**7, restart_every=every)
            before = versions(again), segment_bodies(again)
            again.drain()  # an owner that finds nothing to do changes nothing
            assert (versions(again), segment_bodies(again)) == before
            found.append(before)
            again.close()
    assert found[0] == found[1]
    assert found[0][0]


def test_a_replay_over_what_is_there_writes_nothing_again(rig: Rig) -> None:
    """The log is read from its beginning into a store that holds the versions: what is kept stays, even if it were told otherwise."""
    sold(rig, range(12))
    rig.drain()
    before = versions(rig)
    with write(rig.engine) as connection:
        rows = [{"finding_id": f, "version": v, "pane": 1, "sha256": "other", "body": "{}"} for f, v in before]
        write_rows(connection, Effects(inserts={"finding_version": rows}))
        for table in ("ledger", "carried", "record_count"):
            connection.exec_driver_sql(f"delete from {table}")
    rig.drain()
    assert versions(rig) == before


def test_a_version_is_read_as_it_was_frozen(rig: Rig) -> None:
    sold(rig, range(40))
    rig.drain()
    kept = versions(rig)
    with read(rig.engine) as connection:
        for (finding, number), (sha256, text) in kept.items():
            assert findings.version(connection, finding, number) == json.loads(text)
            assert (number, sha256) in [(n, s) for n, _, s in findings.versions(connection, finding)]
        assert findings.version(connection, finding, len(kept) + 1) is None
    assert newest(rig)["version"] == len(kept)
