"""How long does a seller usually stream? The lower median of its sealed days' longest lives; unknown where none was told."""

from __future__ import annotations

import polars as pl

from app.domain.days import SEALED_DAY_SCHEMA
from app.domain.snapshot import CATALOGUE_SCHEMA, SELLERS_SCHEMA
from app.windows.baselines import baselines
from app.windows.units import with_session_minutes

ROW = {"platform": "p", "product_id": "x", "key": "p:c", "category_id": "c", "currency": "IDR", "units_milli": 1000, "value_s": 10,
       "clean_units": 1000, "clean_value_s": 10, "sales": 1, "below_units": 0, "units_b": 0, "value_b": 0, "clean_units_b": 0}  # fmt: skip


def days(*rows: tuple[str, str, int, int | None]) -> pl.DataFrame:
    """(seller, product, day, session_minutes)."""
    made = [ROW | {"seller_id": s, "product_id": x, "day": day, "session_minutes": m} for s, x, day, m in rows]
    return pl.DataFrame(made, schema=SEALED_DAY_SCHEMA)


def usual(frame: pl.DataFrame, last: int = 100) -> dict[str, int | None]:
    told = baselines(frame, last, pl.DataFrame(schema=SELLERS_SCHEMA), pl.DataFrame(schema=CATALOGUE_SCHEMA))
    wanted = frame.select("platform", "seller_id", "product_id", "key")
    return dict(told.of(wanted).select("seller_id", "seller_usual_minutes").unique().rows())


def test_one_day_one_voice_however_many_products() -> None:
    """[Per row, a shop's one long evening with forty products would outvote its month of short ones.]"""
    rows = [("a", f"x{n}", 100, 240) for n in range(40)] + [("a", "x0", day, 45) for day in (97, 98, 99)]
    assert usual(days(*rows)) == {"a": 45}


def test_even_days_give_a_whole_number_and_silence_gives_none() -> None:
    assert usual(days(("a", "x", 99, 40), ("a", "x", 100, 90), ("b", "x", 100, None), ("a", "x", 60, 1))) == {"a": 40, "b": None}


def test_a_day_keeps_the_longest_live_in_which_the_seller_sold() -> None:
    told = [("a", 40, 1000), ("a", 200, 0), ("a", 95, 2000), ("a", None, 5000), ("b", 300, 0)]
    units = pl.DataFrame([("p", s, m, u) for s, m, u in told], schema=["platform", "seller_id", "minutes", "units_milli"], orient="row")
    summary = days(("a", "x", 100, None), ("a", "y", 100, None), ("b", "x", 100, None))
    assert with_session_minutes(summary, units)["session_minutes"].to_list() == [95, 95, None]
