"""B1. Money is integers in the smallest traded unit, quantities thousandths, sums Int128; floats only after the last sum."""

from __future__ import annotations

import random

import polars as pl
import pytest

from app.windows.days import merge
from app.windows.sales import SUM_SCHEMA
from tests.semantics.posted import event, post
from tests.windows.rows import close_in, frame, sale
from tests.worker.line import close


def evening() -> list[dict[str, object]]:
    draw = random.Random(7)
    return [
        sale(draw.randrange(6000) / 100, draw.randrange(10**11, 10**12), draw.choice([1, 333, 777, 1_500]), f"e{n:04}") for n in range(500)
    ]


def test_float_sums_differ_between_one_and_twelve_slices_ours_do_not() -> None:
    """[Float sums differed in 56 of 500 keys.]"""
    rows = evening()
    values = [r["price"] / 3.7 * r["quantity_milli"] / 1000 for r in rows]  # type: ignore[operator]
    sliced = [sum(values[i::12]) for i in range(12)]
    assert sum(values) != sum(sliced), "the naive sums"

    whole = close_in(frame(rows), [], 40)
    assert close_in(frame(rows), list(range(1, 13)), 40).equals(whole)
    exact = sum(int(r["price"]) * int(r["quantity_milli"]) for r in rows)  # type: ignore[call-overload]
    assert whole["cum_value_s"].max() == exact
    parts = [close(rows, 12, list(range(12))).day_parts, close(rows, 12).day_parts]
    assert merge(parts[0]).equals(merge(parts[1]))


def test_the_dearest_lines_do_not_wrap() -> None:
    """[10^12 x 10^9 thousandths is 10^21: Int64 wraps silently at 9.2 x 10^18, and a fortune becomes a loss.]"""
    rows = [sale(5, 10**12, 10**9, f"e{n}") for n in range(50)]
    final = close_in(frame(rows), [], 0).row(0, named=True)
    assert final["w1_value_s"] == final["w5_value_s"] == final["cum_value_s"] == 50 * 10**21
    assert (final["w1_low"], final["w1_high"]) == (10**12, 10**12)
    naive = pl.select(pl.lit(10**10, pl.Int64) * pl.lit(10**9, pl.Int64)).item()
    assert naive < 0, "wrapped, a dear line lies under any cost"
    assert close(rows, 0).at(0)["legal_now"] == 0


def test_sums_of_value_are_128_bits_wide_wherever_they_stand() -> None:
    assert {SUM_SCHEMA[c] for c in ("value_s", "value_b")} == {pl.Int128()}
    figures = close_in(frame([sale(5, 1)]), [], 0)
    wide = [c for c in figures.columns if c.endswith(("value_s", "value_b"))]
    assert {figures.schema[c] for c in wide} == {pl.Int128()}
    assert len(wide) >= 8


@pytest.mark.parametrize(
    ("written", "refused"), [("45000", False), (45000, False), (45000.0, True), ("45.000", True), (-1, True), (10**12 + 1, True)]
)
def test_the_door_takes_integers_or_strings_of_digits(written: object, refused: bool) -> None:
    batch = post([event("price", "00:01", "1", price=written)])
    assert (batch.rows.height, bool(batch.refused)) == (0 if refused else 1, refused)
    if not refused:
        assert batch.rows["price"].to_list() == [45_000]


@pytest.mark.parametrize(
    ("written", "milli"), [(3, 3000), (0.5, 500), ("1.234", 1234), ("1.2345", None), (10**6, 10**9), (10**6 + 1, None)]
)
def test_a_quantity_is_whole_thousandths(written: object, milli: int | None) -> None:
    batch = post([event("sale", "00:01", "1", price=1, quantity=written)])
    assert batch.rows["quantity_milli"].to_list() == ([] if milli is None else [milli])


def test_a_price_one_unit_under_cost_in_a_great_sum_is_still_under_it() -> None:
    """[In floats 10^21 - 1 is 10^21.]"""
    level = [
        close([sale(5, 53_000, 10**9, f"e{n}") for n in range(40)] + [sale(6, paid, 1, "last")], 0).at(0)["legal_now"]
        for paid in (53_000, 52_999)
    ]
    assert level == [0, 4]
    assert float(53_000 * 40 * 10**9 - 1) / (40 * 10**9 + 1) == pytest.approx(53_000)
