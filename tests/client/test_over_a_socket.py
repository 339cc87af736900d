"""Does it work for real? A replay against the application itself, interrupted and resumed."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from app.client.failure import ServiceRefused
from app.client.replay import replay
from app.client.sender import Sender
from app.domain.time import day_number, iso, seal_us
from tests.client.conftest import House
from tests.client.service import BASE_US, at, ended, ndjson, price, sale

EVENING = [price("a", 0), *[sale(f"s-{n}", n / 4) for n in range(1, 80)], ended("z", 21)]


def test_a_replay_reaches_the_log_once(house: House, tmp_path: Path) -> None:
    path, state = ndjson(tmp_path / "e.ndjson", [*EVENING, {**sale("bad", 21), "price": -1}]), tmp_path / "state.json"
    first = replay([path], to=house.url, key=house.key, batch=10, progress=False, resume=state)
    assert (first.sent, first.accepted, first.rejected, first.repeated) == (86, 85, 1, 0)
    assert first.reasons == {"price: must not be negative": 1}
    assert first.heartbeats == (at(21),)
    state.unlink()
    second = replay([path], to=house.url, key=house.key, batch=10, progress=False, resume=state)
    assert (second.sent, second.accepted, second.repeated) == (86, 0, 86), "the same requests within a day"
    assert second.receipt_ids == first.receipt_ids
    rows = house.logged()
    assert rows.height == 86
    assert rows["event_id"].n_unique() == 86
    assert rows.filter(pl.col("event_id").str.contains("~"))["event_id"].to_list() == ["a~1", "a~2", "a~3", "a~4"]
    assert rows["type"].to_list()[-1] == "heartbeat"
    with Sender(house.url, house.key) as sender:
        assert sender.receipt(first.receipt_ids[0]).pending == 10
        with pytest.raises(ServiceRefused, match="not-found"):
            sender.receipt("r_none")


def test_seal_is_said_of_a_past_day(house: House, tmp_path: Path) -> None:
    # the house's clock stands at 21:31 of the same day: the night to come cannot be said yet, and is reported, not raised
    today = replay([ndjson(tmp_path / "e.ndjson", EVENING)], to=house.url, key=house.key, progress=False, seal=True)
    assert today.heartbeats == (at(21),)
    yesterday = -24 * 60
    past = [price("y", yesterday), ended("yz", yesterday + 9)]
    sealed = replay([ndjson(tmp_path / "y.ndjson", past)], to=house.url, key=house.key, progress=False, seal=True)
    assert sealed.heartbeats == (at(yesterday + 9), iso(seal_us(day_number(BASE_US) - 1)))


def test_a_wrong_key_is_said_at_once(house: House, tmp_path: Path) -> None:
    with pytest.raises(ServiceRefused, match="401 not-authenticated"):
        replay([ndjson(tmp_path / "e.ndjson", EVENING)], to=house.url, key="kwl_wrong", progress=False)
