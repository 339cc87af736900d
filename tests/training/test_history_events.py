"""Do past event files make a platform's past: sealed days, units, a calibration of its own, and not one finding?"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from app.findings.rulebook import read_rule_book
from app.store import sealed_days, sealed_units, snapshots, tables
from app.store.engine import read
from app.training.history_events import load_events
from app.training.history_load import BadHistory
from tests.property.nights import references
from tests.property.rig import DAY, HOUR, Event, Rig, at
from tests.semantics.days import close_day, lent_model, lives, night_rig, post_all, units

pytestmark = pytest.mark.slow
NIGHTS = 10
FIRST = (at(-NIGHTS, 12) + 7 * HOUR) // DAY
RULES = read_rule_book()


def nights(seed: int = 3) -> list[Event]:
    """Ten nights of six lives with five products each, at a chance discount."""
    chance = random.Random(seed)
    found: list[Event] = []
    for night in range(NIGHTS):
        prices = [100_000 - 500 * chance.randrange(80) for _ in range(30)]
        found += lives(prices, begin=at(night - NIGHTS, 20), tag=f"n{night}")
    return found


def written(folder: Path, events: list[Event], name: str = "past.ndjson") -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(e) + "\n" for e in events))
    return path


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with night_rig(tmp_path / "home", 3, lent_model(), alpha_open=0.05) as opened:
        yield opened


def load(rig: Rig, *files: Path):  # type: ignore[no-untyped-def]
    return load_events(rig.engine, rig.log, files, "tiktok", RULES, rig.models, progress=False)


def test_p_rests_on_the_loaded_nights_after_a_restart(rig: Rig, tmp_path: Path) -> None:
    halves = nights()
    done = load(rig, written(tmp_path, halves[:200], "a.ndjson"), written(tmp_path, halves[200:], "b.ndjson"))
    assert (done.days, done.units, done.first_day, done.last_day) == (NIGHTS, 300, FIRST, FIRST + NIGHTS - 1)
    assert [rig.rows(t) for t in (tables.finding, tables.case_, tables.judgement, tables.session)] == [[]] * 4
    rig.drain()  # reads the announced configuration; every drain is a new owner
    post_all(rig, lives([95_000, 70_000, 20_000], begin=at(1, 20)))
    close_day(rig)
    found = units(rig).filter(pl.col("day") > FIRST + NIGHTS - 1).sort("product_id")
    assert found["calibration"].to_list() == ["ok"] * 3
    past = units(rig).filter(pl.col("day") < FIRST + NIGHTS)["maximum"].to_list()
    by_hand = [(1 + sum(c >= m for c in past)) / (len(past) + 1) for m in found["maximum"]]
    assert found["p_value"].to_list() == pytest.approx(by_hand)
    assert [r["product_id"] for r in rig.rows(tables.finding)] == ["s-p-2"]


def test_days_are_frozen_with_the_length_of_their_lives(rig: Rig, tmp_path: Path) -> None:
    load(rig, written(tmp_path, with_sales(nights())))
    with read(rig.engine) as connection:
        days = sealed_days.load(connection, "tiktok", 0, 10**6)
        assert sealed_days.sealed_through(connection, "tiktok") == FIRST + NIGHTS - 1
        assert sealed_units.days(connection, "tiktok", 0, 10**6) == list(range(FIRST + NIGHTS - 1, FIRST - 1, -1))
        assert snapshots.load(connection, snapshots.newest(connection)).calibration.height == 300
    assert days["day"].n_unique() == NIGHTS
    assert set(days["session_minutes"]) == {40}


def test_the_same_files_again_are_no_news_and_others_are_refused(rig: Rig, tmp_path: Path) -> None:
    path = written(tmp_path, nights())
    first = load(rig, path)
    assert load(rig, path) == first, "no other configuration either"
    with pytest.raises(BadHistory, match="frozen"):
        load(rig, written(tmp_path, nights(seed=4), "other.ndjson"))
    with pytest.raises(BadHistory, match="refused"):
        load(rig, written(tmp_path, [{"type": "price"}], "bad.ndjson"))


@pytest.mark.parametrize(("tier", "legal", "left"), [("T1", 4, 299), ("T2", 3, 299), ("T3", 3, 300)])
def test_a_known_loss_in_the_past_is_no_example_of_normal_traffic(rig: Rig, tmp_path: Path, tier: str, legal: int, left: int) -> None:
    """A unit leaves by its known cost, never by its score or by an estimate."""
    costs = references(cost=99_000)["costs"].with_columns(pl.lit("n3-p-7").alias("product_id"), pl.lit(tier).alias("tier"))
    rig.configure(costs=costs)
    load(rig, written(tmp_path, with_sales(nights())))
    with read(rig.engine) as connection:
        kept = snapshots.load(connection, snapshots.newest(connection)).calibration
        sealed = sealed_units.load(connection, "tiktok", 0, 10**6)
    assert sealed.filter(pl.col("product_id") == "n3-p-7")["legal_level"].to_list() == [legal]
    assert kept.height == left
    assert ("n3-p-7" in kept["product_id"].to_list()) == (tier == "T3")


def with_sales(events: list[Event]) -> list[Event]:
    """Each price shown is bought once, a moment later."""
    sales = [
        {**{k: v for k, v in e.items() if k != "list_price"}, "type": "sale", "event_id": f"{e['event_id']}-sold", "quantity": 1}
        for e in events
        if e["type"] == "price"
    ]
    return sorted([*events, *sales], key=lambda e: str(e["occurred_at"]))
