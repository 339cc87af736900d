"""B6. A price holds until the next one, `offered: false`, its promotion's or session's end, and fifteen minutes at most."""

from __future__ import annotations

from typing import Any

import pytest

from tests.windows.rows import PANE, Row, change, close_in, ended, frame, price, us

MINUTE = 60


def force(rows: list[Row], pane: int) -> dict[str, Any]:
    """Figures at a pane, asked for whether or not it has a final."""
    return close_in(frame(rows), [], pane, everywhere=True).row(-1, named=True)


def held(rows: list[Row]) -> list[int | None]:
    """The price in force at the end of each of the first hundred panes."""
    return close_in(frame(rows), [], 100, everywhere=True)["force_price"].to_list()


ENDS: dict[str, list[Row]] = {
    "the next price": [price(300, 2)],
    "offered: false": [price(300, 9, offered=False)],
    "the session's end": [ended(300)],
}


@pytest.mark.parametrize("how", ENDS)
def test_what_ends_a_price(how: str) -> None:
    prices = held([price(0, 1), *ENDS[how]])
    after = 2 if how == "the next price" else None
    assert prices[29:31] == [1, after]


def test_a_promotion_ends_its_price_at_its_own_time() -> None:
    assert held([price(0, 1, promotion_id="p", promotion_ends_us=us(300))])[29:31] == [1, None]
    assert held([price(0, 1, promotion_id="p", promotion_ends_us=us(-5))])[29:31] == [1, 1], "an end in the past limits nothing"


def test_a_price_that_nobody_repeats_holds_fifteen_minutes() -> None:
    """[A forgotten flash price would stand for hours, and every later sale at it would borrow its funding.]"""
    assert held([price(0, 1)])[89:91] == [1, None]
    assert held([price(0, 1), price(300, 1, "0~1"), price(600, 1, "0~2")])[89:91] == [1, 1]


def test_between_two_prices_of_one_moment_the_event_id_decides() -> None:
    for rows in ([price(5, 1, "a"), price(5, 2, "b")], [price(5, 2, "b"), price(5, 1, "a")]):
        assert held(rows)[0] == 2


def test_the_minute_is_weighted_by_time_not_by_events() -> None:
    """[Three quick repeats of a cheap price would outvote fifty seconds of a dear one.]"""
    rows = [price(0, 60_000), price(50, 10_000, "a"), price(52, 10_000, "b"), price(54, 10_000, "c")]
    final = force(rows, 5)
    assert final["force_mean_w1"] == (50 * 60_000 + 10 * 10_000) / 60
    assert sum((60_000, 10_000, 10_000, 10_000)) / 4 < 30_000
    assert final["force_seconds_w1"] == MINUTE * 1_000_000


def test_time_without_a_price_weighs_nothing() -> None:
    final = force([price(0, 60_000), price(30, 1, offered=False)], 5)
    assert (final["force_seconds_w1"], final["force_mean_w1"], final["force_price"]) == (30_000_000, 60_000.0, None)


def test_a_price_after_the_session_ended_never_comes_into_force() -> None:
    assert held([price(0, 1), ended(100), price(200, 2)])[10:40] == [None] * 30


def test_price_rows_are_kept_until_their_pane_is_final_and_the_minute_after() -> None:
    """[An as-of join is no partial sum: a price from the chunk before must still weigh in this one.]"""
    rows = [price(5, 60_000), price(55, 30_000), change(75, 70, 1)]
    assert close_in(frame(rows), [0, 4, 5], 8).equals(close_in(frame(rows), [], 8))
    final = close_in(frame(rows), [0, 4, 5], 8).filter(pane=PANE + 7).row(0, named=True)
    assert final["force_mean_w1"] == (35 * 60_000 + 25 * 30_000) / 60
