"""E1. Levels are facts: unit-weighted p_s of one closed minute under a documented cost is L4, with no minimum of price points."""

from __future__ import annotations

import polars as pl

from tests.windows.rows import price, sale
from tests.worker.line import close, context, cost, snapshot

FREE = {"platform_discount_total": 0, "seller_voucher_total": 0}


def levels(*rows: dict[str, object], **fields: object) -> list[int]:
    return close(list(rows), 20, by=context(snapshot([cost(**fields)]))).finals["legal_now"].to_list()  # type: ignore[arg-type]


def test_one_sale_under_cost_is_enough() -> None:
    assert max(levels(sale(5, 52_999, 1, **FREE))) == 4


def test_exactly_at_cost_is_no_loss() -> None:
    assert max(levels(sale(5, 53_000, **FREE))) == 0


def test_the_mean_is_weighted_by_units() -> None:
    """[A mean of prices calls 100 units at 54,000 and one at 40,000 a loss; and 100 at 50,000 with one at 70,000 none.]"""
    honest = [sale(1, 54_000, 100_000, "a", **FREE), sale(2, 40_000, 1_000, "b", **FREE)]
    loss = [sale(1, 50_000, 100_000, "a", **FREE), sale(2, 70_000, 1_000, "b", **FREE)]
    assert (54_000 + 40_000) / 2 < 53_000 < (50_000 + 70_000) / 2, "the naive means, both wrong"
    assert max(levels(*honest)) == 0
    assert max(levels(*loss)) == 4


def test_a_cheap_sale_that_shared_its_minute_with_a_dear_one_is_seen_alone_when_that_leaves() -> None:
    """[Judged at rows only, the pane after the dear sale left the minute has no final, and the loss is never seen (decision 002).]"""
    told = close([sale(5, 70_000, **FREE), sale(35, 40_000, **FREE)], 20)
    seen = {p: told.at(p)["legal_now"] for p in told.panes(where=pl.col("natural"))}
    assert (seen[0], seen[3]) == (0, 0)
    assert (seen[6], seen[9]) == (4, 0)


def test_a_shown_price_without_a_sale_is_no_loss() -> None:
    assert max(levels(price(1, 1, platform_discount=0, seller_voucher=0))) == 0


def test_persistence_counts_clock_aligned_five_minute_windows() -> None:
    """[Windows from the first loss on would let a seller last for six of them by stopping at any minute.]"""
    told = close([sale(60 * m + 5, 45_000, event_id=f"{m}", **FREE) for m in range(3, 17)], 6 * 26)
    last = told.told[-1].state
    assert [(end // 60_000_000) % 60 for end, _ in last.aligned] == [5, 10, 15, 20]
    assert last.reached(4) == 4
    aligned = told.finals.filter(pl.col("legal_aligned").is_not_null())
    assert set(aligned["end_us"] % 300_000_000) == {0}
