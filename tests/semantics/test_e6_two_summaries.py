"""E6. Two daily summaries: all rows for legal tests, rows outside spells of L2 or more for history; nobody is his own normal."""

from __future__ import annotations

from typing import Any

import polars as pl

from app.windows.days import sealed
from tests.windows.rows import Row, sale
from tests.worker.line import close, context, cost, snapshot, tiny_model

FREE = {"platform_discount_total": 0, "seller_voucher_total": 0}
EVENING = [sale(5, 60_000, 2000, "fair", **FREE), *(sale(905 + 10 * n, 30_000, 10_000, f"loss-{n:02}", **FREE) for n in range(20))]


def day(rows: list[Row], **fields: Any) -> dict[str, Any]:
    return sealed(close(rows, 200, **fields).day_parts).row(0, named=True)


def test_losses_enter_the_one_summary_and_not_the_other() -> None:
    """[A month of losses would make a loss the usual price, and the next one looks normal.]"""
    told = day(EVENING)
    assert (told["units_milli"], told["clean_units"]) == (202_000, 2_000)
    assert told["clean_value_s"] / told["clean_units"] == 60_000
    assert told["value_s"] / told["units_milli"] < 31_000, "the naive normal"
    assert told["below_units"] == 200_000


def test_the_history_that_detection_reads_is_the_clean_one_and_the_laws_is_whole() -> None:
    sealed_day = sealed(close(EVENING, 200).day_parts).with_columns(pl.lit(20_000, pl.Int64).alias("day"))
    told = context(days=sealed_day.to_dicts()).history("p", 20_000).of(sealed_day).row(0, named=True)
    assert told["own_median_ps"] == 60_000.0
    assert (told["below_units_7d"], told["units_7d"]) == (200_000, 202_000)


def test_what_is_sold_dear_inside_a_spell_is_not_clean_either() -> None:
    rows = [
        sale(5, 30_000, 1000, "loss", **FREE),
        sale(125, 60_000, 1000, "in the spell", **FREE),
        sale(905, 60_000, 1000, "after", **FREE),
    ]
    assert day(rows)["clean_units"] == 1_000


def test_a_spell_of_novelty_alone_is_clean() -> None:
    """[Every unusual honest bargain would fall out of the history, which would then never learn it.]"""
    rows = [sale(5, 5_000, 1000, "cheap", list_price=60_000, **FREE)]
    by = context(snapshot([cost(lo=1_000)], alpha_open=0.05), tiny_model(tuple(i / 10_000 for i in range(1200))))
    assert close(rows, 200, by=by).finals["level"].max() == 1
    assert day(rows, by=by)["clean_units"] == 1_000
