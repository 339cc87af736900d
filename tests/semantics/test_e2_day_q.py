"""E2. The q of a sealed day is over all units tested in it, the same however the log is read; it decides MEDIUM for novelty alone."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from app.domain.canonical import canonical_bytes, digest
from app.domain.levels import Severity
from app.domain.snapshot import SELLERS_SCHEMA
from app.store import tables
from app.worker.sealer import seal_ready
from tests.property.nights import goods, references
from tests.property.rig import BIG, DAY, HOUR, MINUTE, SECOND, at, stamp
from tests.semantics.days import by_hand, close_day, lent_model, lives, night_rig, post_all, seals, units
from tests.semantics.stage import beat

PRICES = [100_000 - 1_000 * (n % 30) for n in range(60)] + [20_000, 30_000, 45_000]
DAY_ONE = (at(1, 12) + 7 * HOUR) // DAY


@pytest.mark.parametrize(("partitions", "slice_bytes"), [(1, BIG), pytest.param(3, 1, marks=pytest.mark.slow)])
def test_q_is_over_all_units_of_the_day_whoever_worked_them(tmp_path: Path, partitions: int, slice_bytes: int) -> None:
    """[Per partition, a third of the units would have a third of the family: q three times too small.]"""
    with night_rig(tmp_path, partitions) as rig:
        post_all(rig, lives(PRICES))
        close_day(rig, slice_bytes=slice_bytes)
        found = units(rig)
        judged = {(r["seller_id"], r["product_id"]): r for r in rig.rows(tables.judgement)}
    assert found.height == len(PRICES)
    assert found["day"].unique().to_list() == [DAY_ONE]
    assert found["p_value"].null_count() == 0
    assert found["q_value"].to_list() == pytest.approx(by_hand(found["p_value"].to_list()), abs=1e-9)
    for unit in found.iter_rows(named=True):
        row = judged[unit["seller_id"], unit["product_id"]]
        assert (row["q_value"], row["unit_day"], row["calibration"]) == (unit["q_value"], DAY_ONE, "ok")
    assert set(found["minutes"]) == {40}


@pytest.mark.slow
def test_the_frozen_units_are_the_same_however_the_log_is_read(tmp_path: Path) -> None:
    """A live over the seal's hour, one that never ends, one whose end comes when its day is sealed, sales after an end.

    None moves a unit by the reader's speed.
    """
    events = lives(PRICES[:20])
    events += lives([90_000, 20_000], begin=at(1, 23, 30), minutes=90, tag="over")
    events += lives([80_000, 25_000], begin=at(2, 1), minutes=110, tag="seal")
    events += lives([60_000], begin=at(1, 21), minutes=31 * 60, tag="long")
    events.append(beat("sealed", at(3, 3)))
    events += lives([75_000], begin=at(2, 20), tag="next")
    open_end = [e for e in lives([70_000], begin=at(1, 22), tag="open") if e["type"] != "session_ended"]
    shown = next(e for e in events if e["event_id"] == "s-p-2-5")
    after = [shown | {"event_id": "after", "occurred_at": stamp(at(1, 22, 30)), "price": 100}]
    ends_twice = [{"type": "session_ended", "event_id": "again", "occurred_at": stamp(at(2, 9)), "session_id": "s-1"}]
    every = sorted([*events, *open_end, *after, *ends_twice], key=lambda e: str(e["occurred_at"]))
    found = []
    for number, (slice_bytes, partitions) in enumerate([(BIG, 1), (1, 1), (3_000, 3)]):
        with night_rig(tmp_path / str(number), partitions) as rig:
            post_all(rig, every, seconds=900)
            if slice_bytes == 1:  # a slow reader seals in the middle, a fast one when all is there
                rig.drain(slice_bytes)
            close_day(rig, at(3, 5), slice_bytes)
            close_day(rig, at(4, 2, 2), slice_bytes)
            found.append((seals(rig), rig.rows(tables.day_verdict, "finding_id"), units(rig)))
    assert found[0][0] == found[1][0]
    assert found[0][:2][1] == found[1][1] == found[2][1]
    assert found[0][2].equals(found[2][2])
    days = dict(found[0][2].select("session_id", "day").rows())
    assert (days["s-0"], days["s-1"]) == (DAY_ONE, DAY_ONE)
    assert found[0][2].filter(pl.col("product_id") == "s-p-2")["maximum"].item() < 0.1, "what came after the end tests nothing"
    assert {days[s] for s in ("over-0", "seal-0", "open-0", "long-0")} == {DAY_ONE + 1}


def test_novelty_needs_its_q_and_a_documented_loss_is_only_told(tmp_path: Path) -> None:
    """Three far out of sixty are MEDIUM by their q; the documented loss of p-cost keeps its word whatever its q is."""
    quiet = [100_000 - 500 * (n % 30) for n in range(60)]
    with night_rig(tmp_path, 3, **known_large(range(20))) as rig:
        post_all(rig, sorted(lives([*quiet, 20_000, 22_000, 24_000]) + loss(), key=lambda e: str(e["occurred_at"])))
        rig.drain()
        before = {r["product_id"]: r for r in rig.rows(tables.finding)}
        close_day(rig)
        found = {r["product_id"]: r for r in rig.rows(tables.finding)}
        said = {r["finding_id"]: r for r in rig.rows(tables.day_verdict)}
        versions = rig.rows(tables.finding_version, "finding_id", "version")
        cases = {r["finding_id"] for r in rig.rows(tables.case_finding)}
        judged = {r["product_id"]: r["severity"] for r in rig.rows(tables.judgement)}
    novel = [f"s-p-{n}" for n in (60, 61, 62)]
    assert {before[p]["severity"] for p in novel} == {Severity.LOW}
    assert {found[p]["severity"] for p in novel} == {judged[p] for p in novel} == {Severity.MEDIUM}
    assert {found[p]["finding_id"] for p in novel} <= cases
    assert (before["p-cost"]["severity"], before["p-cost"]["legal_level"]) == (found["p-cost"]["severity"], 4)
    for row in found.values():
        verdict, day = said[row["finding_id"]], json.loads(row["body"])["day"]
        assert row["q_value"] == verdict["q_value"] == day["q_value"]
        assert day["gates"] == (row["legal_level"] == 0)
        assert digest(json.loads(verdict["body"])) == verdict["sha256"]
        frozen = {v["version"]: v for v in versions if v["finding_id"] == row["finding_id"]}
        assert json.loads(verdict["body"])["names_sha256"] == frozen[verdict["names_version"]]["sha256"]
    for version in versions:  # what was frozen stays as it was (F2)
        body = json.loads(version["body"])
        assert "day" not in body
        assert canonical_bytes(body).decode() == version["body"]


def test_a_day_is_told_once_though_the_sealer_looks_again(tmp_path: Path) -> None:
    with night_rig(tmp_path) as rig:
        post_all(rig, lives([100_000] * 20 + [20_000]))
        close_day(rig)
        kept = [rig.rows(t) for t in (tables.day_verdict, tables.sealed_units, tables.spot_check)]
        loop = rig.loop()
        assert not seal_ready(rig.engine, rig.log, [d.row for d in loop.detectors], loop._context())
        close_day(rig, at(2, 6))
        assert [rig.rows(t) for t in (tables.day_verdict, tables.sealed_units, tables.spot_check)] == kept
        assert len(kept[0]) == 1
        assert rig.rows(tables.open_unit) == []


def test_borrowed_sessions_open_a_finding_and_never_raise_it(tmp_path: Path) -> None:
    with night_rig(tmp_path, model=lent_model()) as rig:
        post_all(rig, lives([100_000] * 30 + [20_000]))
        close_day(rig)
        (found,) = rig.rows(tables.finding)
    assert found["q_value"] <= 0.2
    assert json.loads(found["body"])["calibration"] == "borrowed"
    assert found["severity"] == Severity.LOW


def loss() -> list[dict[str, object]]:
    """A live in which p-cost is sold under its documented 45 000 for one short while: L4, not lasting."""
    head = {"session_id": "s-loss", "host_id": "h"}
    begin = at(1, 21)
    shown = goods("toko-1", "p-cost", "c-2", 44_000, list_price=80_000)
    return [
        {"type": "session_started", "event_id": "l-a", "occurred_at": stamp(begin), **head},
        {"type": "price", "event_id": "l-1", "occurred_at": stamp(begin + MINUTE), "session_id": "s-loss"} | shown | {"price": 80_000},
        {"type": "price", "event_id": "l-2", "occurred_at": stamp(begin + 2 * MINUTE), "session_id": "s-loss"} | shown,
        {"type": "sale", "event_id": "l-3", "occurred_at": stamp(begin + 2 * MINUTE + SECOND), "session_id": "s-loss", "quantity": 1}
        | shown,
        {"type": "price", "event_id": "l-4", "occurred_at": stamp(begin + 4 * MINUTE), "session_id": "s-loss"} | shown | {"price": 80_000},
        {"type": "session_ended", "event_id": "l-z", "occurred_at": stamp(begin + 9 * MINUTE), "session_id": "s-loss"},
    ]


def known_large(shops: range) -> dict[str, pl.DataFrame]:
    """Sellers of known size and the documented cost of p-cost."""
    rows = [{"platform": "tiktok", "seller_id": f"toko-{n}", "size_class": "large", "size_status": "known"} for n in shops]
    return {"sellers": pl.DataFrame(rows, schema=SELLERS_SCHEMA), "costs": references()["costs"]}
