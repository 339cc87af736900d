"""Are sealed units frozen, open ones read with their session's own end, spot checks decided once, and shares given exact limits?"""

from __future__ import annotations

import polars as pl
import pytest
from scipy.stats import binomtest
from sqlalchemy import Engine

from app.domain.events import PAIR
from app.domain.units import MODEL_CHANGED, SEALED_UNITS_SCHEMA
from app.store import sealed_units, spot_checks
from app.store.effects import upsert
from app.store.engine import read, write
from app.store.measured import Share, measured
from app.store.sealed_days import DayIsSealed
from app.worker import units

UNIT = {"platform": "tiktok", "session_id": "s", "seller_id": "a", "product_id": "x", "key": "k"}


def frame(*products: str, q: float | None = 0.5) -> pl.DataFrame:
    return pl.DataFrame(
        [{**UNIT, "product_id": p, "q_value": q, "level": 0, "legal_level": 0} for p in products], schema=SEALED_UNITS_SCHEMA
    )


def test_a_days_units_are_frozen(engine: Engine) -> None:
    with write(engine) as connection:
        first = sealed_units.save(connection, "tiktok", 7, frame("x", "y"))
        assert sealed_units.save(connection, "tiktok", 7, frame("y", "x")) == first
        with pytest.raises(DayIsSealed, match="units of day 7 of tiktok"):
            sealed_units.save(connection, "tiktok", 7, frame("x"))
        sealed_units.save(connection, "tiktok", 9, frame("z"), "loaded")
    with read(engine) as connection:
        assert sealed_units.load(connection, "tiktok", 0, 8)["product_id"].to_list() == ["x", "y"]
        assert sealed_units.days(connection, "tiktok", 0, 99) == [9, 7]


@pytest.mark.parametrize("order", [(50, 90), (90, 50)])
def test_a_session_ends_where_it_first_ended_whatever_was_read_last(engine: Engine, order: tuple[int, int]) -> None:
    with write(engine) as connection:
        for us in order:
            upsert(connection, "session", [{"platform": "tiktok", "session_id": "s", "ended_us": us}])
        upsert(connection, "session", [{"platform": "tiktok", "session_id": "s", "started_us": 5}])
        opened = {**UNIT, "first_us": 6, "level": 0, "legal_level": 0, "known_loss": 0, "units_milli": 0}
        upsert(connection, "open_unit", [opened, {**opened, "product_id": "y"}])
        upsert(connection, "judgement", [{**UNIT, "product_id": p, "partition": 0} for p in "xy"])
        sealed_units.tell(connection, 7, frame("x"))
        waiting = sealed_units.open_of(connection, "tiktok")
        assert waiting.select("product_id", "started_us", "ended_us").rows() == [("y", 5, 50)]
        sealed_units.forget_open(connection, "tiktok")
        assert sealed_units.open_of(connection, "tiktok").height == 1


@pytest.mark.parametrize(("models", "first"), [("aa", "a"), ("ab", ""), ("aba", ""), ((None, "a"), ""), ((None, None), None)])
def test_a_model_that_came_and_went_is_not_forgotten(engine: Engine, models: tuple[str | None, ...], first: str | None) -> None:
    """Promoted and rolled back within one live: the maximum is of its last part alone, and no p may rest on it."""
    opened = {**UNIT, "first_us": 6, "level": 0, "legal_level": 0, "known_loss": 0, "units_milli": 0, "maximum": 0.5}
    with write(engine) as connection:
        for model in models:
            upsert(connection, "open_unit", [{**opened, "model_id": model, "first_model_id": model}])
        upsert(connection, "judgement", [{**UNIT, "partition": 0}])
        waiting = sealed_units.open_of(connection, "tiktok")
    assert waiting["first_model_id"].to_list() == [first]
    assert (units.tested(waiting)["calibration"].to_list() == [MODEL_CHANGED]) == (first == "")
    assert (units.tested(waiting)["maximum"].to_list() == [None]) == (first == "")


def test_checks_are_decided_and_measured(engine: Engine) -> None:
    common = {**{c: UNIT[c] for c in PAIR}, "p_value": 0.5, "stratum": "IDR"}
    rows = [{**common, "check_id": f"k-{n}", "day": 100 + n, "why": "drawn"} for n in range(5)]
    rows += [{**common, "check_id": f"top-{n}", "day": 90 + n, "why": "top"} for n in range(3)]
    with write(engine) as connection:
        spot_checks.draw(connection, rows)
        assert spot_checks.decide(connection, "k-1", "lawful", "a fair price", "key-1", 9)
        spot_checks.decide(connection, "k-2", "unlawful_indicated", "under every invoice", "key-1", 9)
        assert not spot_checks.decide(connection, "k-9", "lawful", "nothing there", "key-1", 9)
        spot_checks.draw(connection, rows)  # a second seal leaves what was decided
        assert [c.check_id for c in spot_checks.listed(connection, undecided=True, why="drawn")] == ["k-4", "k-3", "k-0"]
        assert [c.check_id for c in spot_checks.listed(connection, why="top")] == ["top-2", "top-1", "top-0"]
        spot_checks.decide(connection, "top-1", "unlawful_indicated", "under every invoice", "key-1", 9)  # chosen: measures no misses
        assert [c.check_id for c in spot_checks.listed(connection, ("tiktok",), cursor=(103, "k-3"), limit=2)] == ["k-2", "k-1"]
        assert spot_checks.listed(connection, ("shopee",)) == []
        said = measured(connection, "tiktok")
    assert (said.drawn, said.missed.count, said.missed.of) == (5, 1, 2)
    assert said.false == Share(0, 0, None, 0.0, 1.0)


@pytest.mark.parametrize(("k", "n"), [(0, 10), (3, 10), (10, 10), (1, 300)])
def test_limits_are_exact(k: int, n: int) -> None:
    wanted = binomtest(k, n).proportion_ci(0.95, "exact")
    assert (Share.out_of(k, n).low, Share.out_of(k, n).high) == pytest.approx((wanted.low, wanted.high))
