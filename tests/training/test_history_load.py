"""Is a platform's past frozen whole, once, and refused with a clear word where it is wrong?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import Engine

from app.domain.days import SEALED_DAY_SCHEMA
from app.log.record import unpack
from app.log.sqlite import SqliteEventLog
from app.store import sealed_days
from app.store.engine import make_engine, read, write
from app.store.migrate import migrate
from app.training.history_load import BadHistory, load_history

ROW = {
    "platform": "tiktok", "seller_id": "toko-1", "product_id": "p-1", "key": "tiktok:shirts", "category_id": "shirts", "currency": "IDR",
    "units_milli": 3000, "value_s": 135_000_000, "value_b": 0, "units_b": 0, "sales": 2, "below_units": 0, "low": 45000, "high": 45000,
    "median_list": None, "clean_units": 3000, "clean_value_s": 135_000_000, "clean_value_b": 0, "clean_units_b": 0,
    "clean_median_list": None,
}  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> Iterator[tuple[Engine, SqliteEventLog]]:
    engine, log = make_engine(f"sqlite:///{tmp_path}/store.sqlite3"), SqliteEventLog(tmp_path / "log.sqlite3", 3)
    migrate(engine)
    yield engine, log
    log.close()
    engine.dispose()


def history(folder: Path, *rows: dict[str, object]) -> Path:
    path = folder / "history.parquet"
    pl.DataFrame([{**ROW, **row} for row in rows], schema=SEALED_DAY_SCHEMA).write_parquet(path)
    return path


def test_days_are_frozen_and_told_to_every_partition(house: tuple[Engine, SqliteEventLog], tmp_path: Path) -> None:
    engine, log = house
    path = history(tmp_path, {"day": 20000}, {"day": 20001}, {"day": 20001, "product_id": "p-2"})
    steps: list[int] = []
    done = load_history(engine, log, path, "tiktok", steps.append)
    assert (done.days, done.known, done.rows, done.first_day, done.last_day, steps) == (2, 0, 3, 20000, 20001, [1, 1])
    with read(engine) as connection:
        assert sealed_days.sealed_through(connection, "tiktok") == 20001
        assert sealed_days.load(connection, "tiktok", 20000, 20001).height == 3
    told = [unpack(log.read(p, 0)[0].body) for p in range(3)]
    assert [(t.header.kind, t.control) for t in told] == [("day_sealed", {"platform": "tiktok", "sealed_through": 20001})] * 3
    assert load_history(engine, log, path, "tiktok").known == 2


def test_a_frozen_day_is_not_changed(house: tuple[Engine, SqliteEventLog], tmp_path: Path) -> None:
    engine, log = house
    load_history(engine, log, history(tmp_path, {"day": 20001}), "tiktok")
    with pytest.raises(BadHistory, match="day 20001 of tiktok was frozen with other content"):
        load_history(engine, log, history(tmp_path, {"day": 20001, "sales": 9}, {"day": 20002}), "tiktok")
    with pytest.raises(BadHistory, match="before the first event"):
        load_history(engine, log, history(tmp_path, {"day": 19999}), "tiktok")
    with read(engine) as connection:
        assert list(sealed_days.hashes(connection, "tiktok", 0, 30000)) == [20001]


def test_an_empty_past_that_was_sealed_stays_empty(house: tuple[Engine, SqliteEventLog], tmp_path: Path) -> None:
    engine, log = house
    with write(engine) as connection:
        sealed_days.seal_through(connection, "tiktok", 20010)
    with pytest.raises(BadHistory, match="history is loaded before the first event"):
        load_history(engine, log, history(tmp_path, {"day": 20001}), "tiktok")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"platform": "shopee"}, r"row 2 \(toko-1 / p-1, day 20001\): platform is not tiktok"),
        ({"key": "shopee:shirts"}, "key does not begin with tiktok:"),
        ({"seller_id": None}, "seller_id is null"),
        ({"sales": -1}, "sales is negative"),
        ({"low": 50000}, "low is above high"),
        ({"day": 1_790_000_000}, "day is no number of days"),
        ({"day": 20000}, r"row 1 .*twice in a day; so are 1 more"),
    ],
)
def test_a_bad_row_is_named(house: tuple[Engine, SqliteEventLog], tmp_path: Path, wrong: dict[str, object], said: str) -> None:
    path = history(tmp_path, {"day": 20000}, {"day": 20001, **wrong})
    with pytest.raises(BadHistory, match=said):
        load_history(*house, path, "tiktok")
    with read(house[0]) as connection:
        assert sealed_days.sealed_through(connection, "tiktok") is None


def test_a_file_that_is_no_history_is_refused(house: tuple[Engine, SqliteEventLog], tmp_path: Path) -> None:
    path = tmp_path / "history.parquet"
    path.write_text("day,units")
    with pytest.raises(BadHistory, match=r"history\.parquet"):
        load_history(*house, path, "tiktok")
    pl.DataFrame({"day": [1]}).write_parquet(path)
    with pytest.raises(BadHistory, match="no column platform, seller_id"):
        load_history(*house, path, "tiktok")
    pl.DataFrame(schema=SEALED_DAY_SCHEMA).write_parquet(path)
    with pytest.raises(BadHistory, match="no rows"):
        load_history(*house, path, "tiktok")
