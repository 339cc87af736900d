"""Is the draw of spot checks the same everywhere, only of quiet tested units, about half a percent, and the top beside it?"""

from __future__ import annotations

import polars as pl

from app.domain.units import SEALED_UNITS_SCHEMA
from app.worker.spot_draw import SHARE, drawn


def units(n: int, level: int = 0, p: float | None = 0.5) -> pl.DataFrame:
    rows = [{"platform": "tiktok", "session_id": f"s-{i // 9}", "seller_id": f"toko-{i % 50}", "product_id": f"p-{i}", "key": "k",
             "stratum": "IDR|ordinary", "p_value": p, "level": level, "legal_level": 0} for i in range(n)]  # fmt: skip
    return pl.DataFrame(rows, schema=SEALED_UNITS_SCHEMA)


def test_about_half_a_percent_whatever_the_order() -> None:
    of_day = units(40_000)
    found = drawn(of_day, 20_400)
    assert 0.8 * SHARE < len(found) / of_day.height < 1.2 * SHARE
    shuffled = drawn(of_day.sample(fraction=1.0, shuffle=True, seed=1), 20_400)
    assert {r["check_id"] for r in shuffled} == {r["check_id"] for r in found}
    assert {r["check_id"] for r in drawn(of_day, 20_401)}.isdisjoint(r["check_id"] for r in found)
    assert len({r["check_id"] for r in found}) == len(found)


def test_the_draw_is_pinned() -> None:
    """[Another draw on the next machine, and nobody can tell which misses were looked for.]"""
    assert [r["product_id"] for r in drawn(units(2_000), 20_400)] == PINNED


def test_told_and_untested_units_are_not_drawn() -> None:
    assert drawn(units(5_000, level=1), 20_400) == []
    assert drawn(units(5_000, p=None), 20_400) == []
    assert drawn(units(5_000, level=1, p=0.001), 20_400) == []


def test_the_rarest_quiet_units_are_listed_beside_the_draw_and_change_nothing_in_it() -> None:
    rare = pl.when(pl.int_range(pl.len()) % 50 == 0).then(0.02).otherwise(0.0201)
    found = drawn(units(2_000).with_columns(rare.alias("p_value")), 20_400)
    assert [r["product_id"] for r in found if r["why"] == "drawn"] == PINNED
    assert [r["product_id"] for r in found if r["why"] == "top"] == [f"p-{i}" for i in range(0, 2_000, 50)]
    every = drawn(units(2_000, p=0.001), 20_400)
    assert len(every) == 2_000
    assert [r["product_id"] for r in every if r["why"] == "drawn"] == PINNED, "one that is both is drawn"


PINNED = ["p-5", "p-67", "p-282", "p-589", "p-707", "p-1043", "p-1125", "p-1149", "p-1916"]
