"""A2. An event is (posting platform, event_id): equal content is counted once, other content is refused while its pane is open."""

from __future__ import annotations

import polars as pl

from app.windows.admission import IDENTITY, Admitted, admit, stamp
from tests.semantics.posted import event, in_panes, post
from tests.windows.rows import PANE, Row, close_in, frame, sale, us

PANE_END = us(10)


def met(rows: list[Row], marks: list[int | None] | None = None, seen: pl.DataFrame | None = None) -> Admitted:
    stamped = stamp(frame(rows)).with_columns(
        pl.Series("pos", range(len(rows)), dtype=pl.Int64),
        pl.lit(0, pl.Int64).alias("row"),
        pl.Series("watermark_us", marks or [None] * len(rows), dtype=pl.Int64),
    )
    return admit(stamped, (stamped.clear() if seen is None else seen).select(*IDENTITY, "hash", "pane"))


def test_an_event_sent_three_times_is_counted_once() -> None:
    """[Retries after a lost answer would sell the same shirt three times.]"""
    rows = [sale(5, 45_000, 3000, "1")] * 3
    fate = met(rows)
    assert (fate.open_rows.height, fate.duplicates.height, fate.reused.height) == (1, 2, 0)
    assert close_in(fate.open_rows, [], 0)["w1_units"].to_list() == [3000]
    assert close_in(frame(rows), [], 0)["w1_units"].to_list() == [9000], "the naive count"


def test_the_receipt_time_and_the_sender_are_no_content() -> None:
    again = sale(5, 45_000, 1000, "1") | {"received_us": us(99), "sender": "k_2", "extra": '{"x":1}'}
    assert met([sale(5, 45_000, 1000, "1"), again]).duplicates.height == 1


def test_the_same_id_with_another_price_is_skipped_and_listed_not_counted() -> None:
    fate = met([sale(5, 45_000, 1000, "1"), sale(5, 45_001, 1000, "1")])
    assert fate.open_rows["price"].to_list() == [45_000]
    assert fate.reused["price"].to_list() == [45_001]


def test_the_same_id_of_another_posting_platform_is_another_event() -> None:
    """[Two platforms count from 1: the second one's sales would all be "reused".]"""
    assert met([sale(5, 100, 1000, "1"), sale(5, 200, 1000, "1", posting_platform="q")]).open_rows.height == 2


def test_other_content_is_found_in_any_open_pane_of_the_partition() -> None:
    first = met([sale(5, 100, 1000, "1")]).open_rows
    elsewhere = sale(95, 100, 1000, "1", product_id="y", seller_id="b")
    assert met([elsewhere], [PANE_END - 1], first).reused.height == 1


def test_reuse_among_closed_panes_is_not_looked_for() -> None:
    first = met([sale(5, 100, 1000, "1")]).open_rows
    fate = met([sale(95, 200, 1000, "1")], [PANE_END], first)
    assert (fate.open_rows.height, fate.reused.height) == (1, 0)


def test_a_late_row_waits_aside_and_holds_no_id() -> None:
    late, punctual = sale(5, 100, 1000, "1"), sale(95, 200, 1000, "1")
    fate = met([late, punctual], [PANE_END, PANE_END])
    assert (fate.late.height, fate.open_rows["price"].to_list()) == (1, [200])


def test_the_door_refuses_other_content_within_one_request() -> None:
    batch = post(
        [event("price", "00:01", "1", price=100), event("price", "00:01", "1", price=100), event("price", "00:01", "1", price=101)]
    )
    assert batch.rows.height == 2, "the equal one is a duplicate, which the detector counts"
    assert "event_id_reused" in str(batch.refused[2])
    assert close_in(met(batch.rows.to_dicts()).open_rows.filter(pl.col("pane") == PANE), [], 0).height == 1
    assert in_panes(batch)["pane"].unique().to_list() == [PANE]
