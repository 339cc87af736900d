"""Is the told price the lowest at which nothing would have been found, and does it clear when the rows are priced anew?"""

from __future__ import annotations

import math
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.detection.counterfactual import HIGHEST, at_price, counterfactuals, silent_prices
from app.detection.model import Scorer
from app.detection.score import score
from app.law.price_cost import legal_levels
from tests.detection.synthetic import rows
from tests.law.cases import BOOK, EVENING_US
from tests.property.test_windows_finals import GOODS, RIVALS
from tests.windows.draws import LAST_PANE, evenings
from tests.windows.rows import PANE, Row, price, sale
from tests.worker.line import close, context, cost, snapshot, tiny_model

NOBODYS = [f"{name}{end}" for name in ("platform_discount", "seller_voucher", "platform_voucher") for end in ("", "_total")]
UNUSUAL = context(snapshot([cost(product_id="z")]), tiny_model(tuple(i / 10_000 for i in range(1200))))
RANKED = context(snapshot([cost(), cost("T2", 50_000, product_id="y")], goods=[GOODS]), tiny_model(), days=RIVALS)


def final(**told: Any) -> pl.DataFrame:
    """One final as the line hands it over, of 100,000 under list 200,000 unless told otherwise."""
    usual: dict[str, Any] = {"force_mean_w1": 100_000.0, "list_price": 200_000, "own_median_ps": 180_000.0, "own_median_list": 200_000.0}
    heights: dict[str, Any] = {"list_high": 200_000, "burst_high": 0.0, "cost_high": None}
    law = {"end_us": EVENING_US, "rivals": 0, "rivals_median_pb": None, "open_score": None}
    given_ = usual | heights | law | told
    frame = rows(**{name: [value] for name, value in given_.items() if name not in (heights | law)})
    kinds = {"list_high": pl.Int64(), "burst_high": pl.Float64(), "cost_high": pl.Int64(), "end_us": pl.Int64(), "rivals": pl.Int64()}
    return frame.with_columns(
        pl.lit(given_[name], kinds.get(name, pl.Float64())).alias(name) for name in (*heights, *law)
    ).with_columns(pl.col("w1_units").alias("w1_units_b"), pl.col("w1_value_s").alias("w1_value_b"))  # fmt: skip


def lone_depth(figures: pl.DataFrame) -> pl.DataFrame:
    """A stand-in score: ln(list price / price)."""
    return figures.with_columns((pl.col("list_price") / pl.col("force_mean_w1")).log().clip(lower_bound=0.0).alias("anomaly_score"))


@given(listed=st.integers(1, 10**9), opening=st.floats(0.0, 5.0))
def test_the_price_is_the_lowest_silent_one(listed: int, opening: float) -> None:
    (price,) = silent_prices(final(list_price=listed, list_high=listed, open_score=opening), lone_depth)
    assert price is not None
    assert max(0.0, math.log(listed / price)) <= opening
    assert price == 1 or math.log(listed / (price - 1)) > opening


@settings(max_examples=30, deadline=None)
@given(listed=st.integers(1_000, 10**6), opening=st.floats(0.01, 2.0), burst=st.floats(0.0, 3.0))
def test_the_served_score_is_silent_from_the_price_on(scorer: Scorer, listed: int, opening: float, burst: float) -> None:
    row = final(list_price=listed, list_high=listed, burst_high=burst, open_score=opening)
    (price,) = silent_prices(row, lambda figures: score(figures, scorer))
    assert price is not None
    tried = [price - 1, price, price + 1, 2 * price]
    scores = [score(at_price(row, pl.Series([max(1, p)])), scorer)[0, "anomaly_score"] for p in tried]
    assert [s <= opening for s in scores] == [price == 1, True, True, True]


def test_the_worst_of_the_session_is_borne() -> None:
    now, before = final(open_score=0.5), final(open_score=0.5, list_high=400_000)
    (calm,), (worse,) = silent_prices(now, lone_depth), silent_prices(before, lone_depth)
    assert calm is not None
    assert worse is not None
    assert worse == pytest.approx(2 * calm, abs=2)


def test_a_list_price_that_is_shown_no_more_clears_nothing() -> None:
    """[Without one a row is measured by its past, which may be louder; the told price was tried with the old list price alone.]"""
    by_past = lambda figures: lone_depth(figures.with_columns(pl.col("list_price").fill_null(400_000)))  # noqa: E731
    row = final(open_score=0.5, list_high=200_000, list_price=None)
    (price,) = silent_prices(row, by_past)
    assert price == math.ceil(400_000 / math.exp(0.5))


@given(bar=st.integers(1, 10**6), median=st.floats(1.0, 1e6), rivals=st.integers(0, 5))
def test_at_the_price_no_legal_level_is_left_and_one_unit_lower_there_is(bar: int, median: float, rivals: int) -> None:
    (told,) = counterfactuals(final(cost_high=bar, rivals=rivals, rivals_median_pb=median), BOOK, None)
    assert [c["cause"] for c in told["causes"]].count("cost") == 1

    def level(price: int) -> int:
        sums = {
            f"w{m}_{kind}": [1000 if kind.startswith("units") else 1000 * price]
            for m in (1, 5)
            for kind in ("units", "value_s", "units_b", "value_b")
        }
        seen = pl.DataFrame(
            {
                "end_us": [EVENING_US],
                "cost_tier": ["T2"],
                "cost_lo": [bar],
                "cost_hi": [bar],
                "rivals": [rivals],
                "rivals_median_pb": [median],
                **sums,
            }
        )
        return int(legal_levels(seen, BOOK)[0, "legal_now"])

    assert level(told["price"]) == 0
    assert told["price"] == 1 or level(told["price"] - 1) > 0


def test_without_a_cause_there_is_no_price_and_a_cause_that_no_price_silences_says_so() -> None:
    assert counterfactuals(final(), BOOK, None) == [{"price": None, "causes": []}]
    always = lambda figures: figures.with_columns(pl.lit(9.0).alias("anomaly_score"))  # noqa: E731
    (told,) = counterfactuals(final(open_score=1.0, cost_high=5), BOOK, always)
    assert told == {"price": None, "causes": [{"cause": "novelty", "price": None}, {"cause": "cost", "price": 5}]}


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(drawn=evenings())
def test_priced_anew_nothing_is_found(drawn: list[Row]) -> None:
    """[A list price shown an hour ago, or a rush that came after the spell, would still have made the pair unusual.]"""
    said = close(drawn, LAST_PANE, by=RANKED)
    last = {told.final["product_id"]: told.state for told in said.told}
    for product, version in {told.final["product_id"]: told for told in said.versions()}.items():
        assert version.explanation is not None
        price = version.explanation["counterfactual"]["price"]
        if price is None:
            continue
        free = {"price": price} | dict.fromkeys(NOBODYS, 0)
        anew = [e | {c: v for c, v in free.items() if c in e} if e["product_id"] == product else e for e in drawn]
        # what an open spell has yet to see is told when it closes
        until = version.final["pane"] - PANE if last[product].open else LAST_PANE
        again = close(anew, until, by=RANKED)
        assert [t for t in again.told if t.final["product_id"] == product and t.state.level] == []


def test_a_rush_after_the_spell_that_the_price_does_not_bear_is_told_once_more() -> None:
    """[The version told 48,174; at that price the rush of an hour later would have been unusual too.]"""
    shown = [price(0, 100_000, list_price=100_000), price(60, 40_000, list_price=100_000), price(120, 100_000, list_price=100_000)]
    later = [sale(3_000.0, 100_000, 400_000, "rush")]
    calm, rushed = (close([*shown, *more], LAST_PANE, by=UNUSUAL).versions() for more in ([], later))
    assert len(rushed) == len(calm) + 1
    prices = [told.explanation["counterfactual"]["price"] for told in rushed if told.explanation]
    assert prices[-1] > prices[-2]
    assert not rushed[-1].state.open


def test_what_is_carried_names_a_running_maximum() -> None:
    finals = close([], 1, by=RANKED)
    assert set(HIGHEST) <= set(finals.carry.pairs.columns)
