"""E5. A finding opens once, closes after five quiet minutes and opens again as the same; full minutes are finals while a spell is open."""

from __future__ import annotations

import polars as pl
from polars.testing import assert_frame_equal

from tests.windows.rows import PANE, Row, change, price, sale
from tests.worker.line import Closings, close

FREE = {"platform_discount_total": 0, "seller_voucher_total": 0}
LAST = 180


def loss(at: float) -> Row:
    return sale(at, 45_000, **FREE)


TWICE = [loss(5), loss(1205)]
"""A loss, twenty minutes of nothing, another loss."""


def spans(told: Closings) -> list[tuple[int, int | None]]:
    """Spells as panes after the beginning."""
    return [(a // 10_000_000 - PANE, b and b // 10_000_000 - PANE) for a, b in told.told[-1].state.spans]  # type: ignore[operator,misc]


def test_a_spell_closes_after_five_quiet_minutes_and_the_same_finding_opens_again() -> None:
    """[A finding per loud pane would be 4,000 findings an evening; one that never closes hides that it happened twice.]"""
    told = close(TWICE, LAST)
    assert spans(told) == [(0, 36), (120, 156)]
    said = [(t.state.version, t.state.open, int(t.judgement.severity)) for t in told.versions()]
    assert said == [(1, True, 2), (2, False, 2), (3, True, 2), (4, True, 3), (5, False, 3)], "the second aligned window makes it MEDIUM"
    assert {t.state.opened_us for t in told.told} == {told.told[0].final["end_us"]}


def test_a_loss_within_the_five_minutes_keeps_the_spell_open() -> None:
    assert spans(close([loss(5), loss(305)], LAST)) == [(0, 66)]
    assert spans(close([loss(5), loss(365)], LAST)) == [(0, 36), (36, 72)]


def test_full_minutes_are_finals_while_open_and_only_then() -> None:
    """[Without them "lasting" would count only the windows in which something happened to be sold.]"""
    told = close(TWICE, LAST)
    extra = told.panes(where=~pl.col("natural"))
    assert extra == [p for p in range(5, LAST, 6) if p <= 35 or 125 <= p <= 155]
    assert told.panes(where=pl.col("natural")) == [0, 6, 120, 126]


def test_a_quiet_pair_has_finals_only_where_something_happens() -> None:
    told = close([price(5, 60_000), sale(65, 60_000)], LAST)
    assert told.panes() == [0, 6, 12, 90], "row, row, a sale leaves the minute, the price ends"
    assert told.told == []


def test_one_frame_equals_pane_by_pane() -> None:
    whole, panes = close(TWICE, LAST), close(TWICE, LAST, range(LAST))
    assert_frame_equal(whole.finals, panes.finals, check_exact=True)
    assert [t.state.dump() for t in whole.told] == [t.state.dump() for t in panes.told]


def test_what_was_seen_before_the_first_loud_final_is_not_remembered_by_chance() -> None:
    """[A cheap minute for buyers, quiet for the law, counted where one frame held it and not where a slice had ended in between.]"""
    rows = [
        price(0, 60_000, platform_discount=0, seller_voucher=0, platform_voucher=30_000), sale(5, 60_000),
        price(605, 45_000, platform_discount=0, seller_voucher=0, platform_voucher=0), sale(606, 45_000),
    ]  # fmt: skip
    facts = [close(rows, LAST, cuts).told[-1].facts for cuts in ((), (30,), (60,))]
    assert facts[0] == facts[1] == facts[2]
    assert facts[0].cheapest_value_b == 45_000_000


def test_a_final_never_tells_of_a_row_that_comes_later() -> None:
    """[The change of an unseen sale made a final in a pane before its own, if one frame held both.]"""
    rows = [sale(5, 60_000, **FREE), change(2100, 1800, 60_000, **FREE)]
    assert close(rows, 220).panes() == close(rows, 220, [186]).panes() == [0, 6, 210]


def test_a_return_days_later_judges_nobody_anew() -> None:
    """[The pair was forgotten a day after its session; its return on day five replaced an L4 by an empty judgement.]"""
    rows = [change(2100, -430_000, 100, **FREE)]
    told = close(rows, 220)
    assert told.panes() == close(rows, 220, [210]).panes() == []
    assert told.day_parts["units"].to_list() == [-1000], "the day's sums know of it all the same"


def test_the_highest_level_stays_after_the_spell_has_closed() -> None:
    told = close([loss(5), sale(605, 60_000, **FREE)], LAST)
    assert (told.at(60)["legal_now"], told.at(60)["level"], told.at(60)["legal_level"]) == (0, 4, 4)


def test_one_version_per_change_of_what_is_said() -> None:
    told = close([loss(60 * m + 5) for m in range(40)], 6 * 50)
    said = [(t.state.open, int(t.judgement.severity)) for t in told.versions()]
    assert said == [(True, 2), (True, 3), (True, 4), (False, 4)]
    assert len({t.final["pane"] for t in told.versions()}) == len(said)
