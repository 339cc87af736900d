"""A1. A session is one live of one host; it may sell goods of many sellers, and live and checkout may be two platforms."""

from __future__ import annotations

import polars as pl

from app.windows.carry import SESSIONS_SCHEMA, with_sessions
from tests.semantics.posted import event, in_panes, post
from tests.windows.rows import PANE, close_in, frame, price, sale, started
from tests.worker.line import close, context, cost, snapshot

SHOPS = [f"shop-{n:02}" for n in range(40)]


def test_an_affiliate_sells_for_forty_shops_and_each_is_judged_for_its_own_price() -> None:
    """[Were the session one seller's, the mean over all goods would hide the one shop that sells at a loss.]"""
    rows = [started(0, host_id="dewi", host_kind="affiliate")]
    for n, shop in enumerate(SHOPS):
        paid = 45_000 if shop == "shop-07" else 60_000
        rows.append(sale(5, paid, 1000, f"sale-{n}", seller_id=shop, platform_discount_total=0, seller_voucher_total=0))
    costs = [cost(seller_id=shop) for shop in SHOPS]
    finals = close(rows, 3, by=context(snapshot(costs))).finals.filter(pl.col("pane") == PANE)
    assert finals.filter(pl.col("legal_now") == 4)["seller_id"].to_list() == ["shop-07"]
    assert finals.height == 40
    # the naive view: one session, one mean price
    assert finals["w1_value_s"].sum() > 53_000 * finals["w1_units"].sum()


def test_the_host_is_kept_apart_from_the_sellers() -> None:
    rows = in_panes(
        post([event("session_started", "00:00", "1", host_id="dewi", host_kind="affiliate"), event("price", "00:01", "2", price=100)])
    )
    told = with_sessions(pl.DataFrame(schema=SESSIONS_SCHEMA), rows).row(0, named=True)
    assert (told["host_id"], told["host_kind"]) == ("dewi", "affiliate")
    assert rows.filter(pl.col("type") == "price")["seller_id"].to_list() == ["a"]


def test_a_tiktok_live_paid_on_tokopedia_is_one_pair() -> None:
    """[Two platforms, two pairs: the shown price and its sale would never meet, and its funding would stay unknown.]"""
    shown = post([event("price", "00:01", "1", price=45_000, platform_discount=0, seller_voucher=5_000)], "tiktok")
    paid = event("sale", "00:05", "1", price=45_000, quantity=1)
    batch = post([paid | {"session_platform": "tiktok"}], "tokopedia", "tiktok")
    assert not batch.refused
    both = pl.concat([in_panes(shown), in_panes(batch)])
    assert both["posting_platform"].to_list() == ["tiktok", "tokopedia"], "event ids are the posting platform's (A2)"
    final = close_in(both, [], 1).row(0, named=True)
    assert (final["platform"], final["w1_value_s"], final["w1_unfunded"]) == ("tiktok", 40_000_000, 0)
    alone = pl.concat([in_panes(shown), in_panes(post([paid], "tokopedia"))])
    assert close_in(alone, [], 1).filter(platform="tokopedia", pane=PANE)["w1_unfunded"].to_list() == [1000]


def test_a_key_speaks_only_for_the_platforms_it_lists() -> None:
    batch = post([event("price", "00:01", "1", price=100, session_platform="tiktok")], "tokopedia")
    assert batch.rows.is_empty()
    assert "may not speak" in str(batch.refused[0])


def test_two_lives_of_one_seller_are_two_sessions() -> None:
    rows = [price(1, 100, "a"), price(1, 200, "b", session_id="t")]
    assert close_in(frame(rows), [], 0).select("session_id", "force_price").rows() == [("s", 100), ("t", 200)]
