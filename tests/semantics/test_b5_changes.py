"""B5. A cancelled sale is taken out of the windows from the final of its own pane on; finals of earlier panes stand."""

from __future__ import annotations

from tests.windows.rows import change, close_in, frame, price, sale
from tests.worker.line import close

FREE = {"platform_discount_total": 0, "seller_voucher_total": 0}
PERFUMES = sale(5, 100, 3_000_000, "perfumes", **FREE)
CANCELLED = change(65, 5, 100, 3_000_000, "cancelled", **FREE)
OTHERS = [sale(at, 60_000, 1000, f"other-{at}", **FREE) for at in (17, 67, 130)]


def test_3000_cancelled_perfumes_for_100_rupiah_are_no_loss_in_later_windows() -> None:
    """[Without the change the five- and thirty-minute means lie at about 160 rupiah for half an hour.]"""
    told = close([PERFUMES, CANCELLED, *OTHERS], 40)
    naive = close([PERFUMES, *OTHERS], 40)
    pane = 13
    assert (told.at(pane)["w5_units"], told.at(pane)["w5_value_s"]) == (3_000, 180_000_000)
    assert naive.at(pane)["w5_value_s"] < 53_000 * naive.at(pane)["w5_units"]
    assert told.at(pane)["below_units"] == 0
    assert naive.at(pane)["below_units"] == 3_000_000


def test_finals_of_earlier_panes_stand() -> None:
    told = close([PERFUMES, CANCELLED, *OTHERS], 40)
    naive = close([PERFUMES, *OTHERS], 40)
    for pane in (0, 1, 5):
        assert told.at(pane)["text"] == naive.at(pane)["text"]
    assert told.at(0)["legal_now"] == 4
    assert (told.at(5)["w5_units"], told.at(6)["w5_units"]) == (3_001_000, 2_000), "the change counts from its own pane on"
    assert told.at(6)["legal_level"] == 4, "what was so far never falls"


def test_a_change_counts_from_its_own_pane_and_not_one_pane_earlier() -> None:
    figures = close_in(frame([PERFUMES, change(35, 5, 100, 3_000_000, **FREE)]), [], 5)
    assert figures.select("w1_units").to_series().to_list() == [3_000_000, 0]


def test_a_part_may_be_cancelled_and_paid_changes_no_sum() -> None:
    rows = [sale(5, 50_000, 3000, **FREE), change(12, 5, 50_000, 1000, **FREE), change(13, 5, 50_000, 3000, "paid", status="paid", **FREE)]
    final = close_in(frame(rows), [], 1).row(-1, named=True)
    assert (final["w1_units"], final["w1_value_s"], final["cum_units"]) == (2000, 100_000_000, 2000)


def test_beyond_the_half_hour_the_settlement_figures_change_and_no_window_does() -> None:
    rows = [sale(5, 50_000, 3000, **FREE), sale(2405, 60_000, 1000, "later", **FREE), change(2406, 5, 50_000, 3000, **FREE)]
    final = close_in(frame(rows), [], 240).row(-1, named=True)
    assert (final["w1_units"], final["w30_units"], final["cum_units"], final["cum_value_s"]) == (1000, 0, 1000, 60_000_000)


def test_a_change_without_amounts_takes_back_what_the_sale_brought_however_panes_were_cut() -> None:
    """[Valued at the shown price, cancelling a sale with a voucher leaves money missing, and the next sale looks like a loss.]"""
    shown = {"platform_discount": 0, "seller_voucher": 10_000}
    rows = [price(0, 70_000, **shown), sale(5, 70_000), price(15, 71_000, **shown), change(605, 5, 70_000), sale(606, 54_000, **FREE)]
    for cuts in ([], [5], [5, 30, 59], list(range(61))):
        final = close_in(frame(rows), cuts, 60).filter(pane=frame(rows)["pane"].max()).row(0, named=True)
        assert (final["cum_units"], final["cum_value_s"]) == (1000, 54_000_000)


def test_a_cancelled_loss_does_not_hide_behind_a_dear_sale_of_the_same_pane() -> None:
    """[Netted first, -3,000 perfumes and ten dear sales make a pane that is neither, and ten units of loss stay for ever.]"""
    told = close([PERFUMES, CANCELLED, sale(66, 60_000, 10_000, "dear", **FREE)], 20)
    assert told.at(6)["below_units"] == 0
    assert told.at(6)["below_value"] == 0
