"""Are frozen days kept to the last digit, and never changed?"""

from __future__ import annotations

import polars as pl
import pytest
from sqlalchemy import Engine

from app.domain.days import SEALED_DAY_SCHEMA, empty_days
from app.store import sealed_days
from app.store.effects import insert_new
from app.store.engine import read, write


def day(number: int, *sellers: str, value: int = 2**90) -> pl.DataFrame:
    sold = {"platform": "tiktok", "product_id": "p", "key": "tiktok:c", "day": number, "units_milli": 1}
    rows = [{**sold, "seller_id": s, "value_s": value, "clean_value_b": -value} for s in sellers]
    return pl.DataFrame(rows, schema=dict(SEALED_DAY_SCHEMA))


def test_days_come_back_in_one_frame(engine: Engine) -> None:
    with write(engine) as connection:
        for number in (20_402, 20_400, 20_401):
            sealed_days.save(connection, "tiktok", number, day(number, "a", "b"))
        sealed_days.save(connection, "shopee", 20_401, day(20_401, "z"), "loaded")
    with read(engine) as connection:
        found = sealed_days.load(connection, "tiktok", 20_401, 20_410)
        assert found.equals(pl.concat([day(20_401, "a", "b"), day(20_402, "a", "b")]))
        assert dict(found.schema) == SEALED_DAY_SCHEMA
        assert sealed_days.load(connection, "tiktok", 1, 2).equals(empty_days())
        assert list(sealed_days.hashes(connection, "tiktok", 20_401, 20_410)) == [20_401, 20_402]


def test_a_frozen_day_is_frozen(engine: Engine) -> None:
    with write(engine) as connection:
        first = sealed_days.save(connection, "tiktok", 1, day(1, "a", "b"))
        assert sealed_days.save(connection, "tiktok", 1, day(1, "b", "a")) == first
        with pytest.raises(sealed_days.DayIsSealed, match="day 1 of tiktok"):
            sealed_days.save(connection, "tiktok", 1, day(1, "a", "b", value=7))
        assert sealed_days.save(connection, "tiktok", 2, empty_days()) != first


def test_the_seal_never_moves_back(engine: Engine) -> None:
    with write(engine) as connection:
        assert sealed_days.sealed_through(connection, "tiktok") is None
        for number in (5, 7, 6):
            sealed_days.seal_through(connection, "tiktok", number)
        assert sealed_days.sealed_through(connection, "tiktok") == 7
        assert sealed_days.sealed_through(connection, "shopee") is None


def test_a_day_can_travel_with_the_ledger(engine: Engine) -> None:
    row = sealed_days.as_row("tiktok", 3, day(3, "a"))
    with write(engine) as connection:
        insert_new(connection, "sealed_day", [row])
        assert sealed_days.save(connection, "tiktok", 3, day(3, "a")) == row["sha256"]
