"""Lawful look-alikes are what their names say, the same ones every time, and stay under HIGH where planted losses do not (B5, E2)."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from app.domain.events import PAIR
from app.domain.levels import Level, Severity
from app.domain.time import MINUTE_US
from app.training.bulk import rows_of
from app.training.evaluate.look_alikes import KINDS, LASTING, upper_bound
from app.training.look_alikes import undefended
from app.training.look_alikes.kind import Kind
from app.training.look_alikes.papers import history_of, snapshot_of
from app.training.look_alikes.planted import LABELS, planted, under
from app.training.look_alikes.posting import events_of
from app.training.look_alikes.run import cases, judged
from app.training.look_alikes.stage import PLATFORM, Live

FEW = 2
SEED = 5


def lives_of(kind: Kind, count: int = FEW) -> list[Live]:
    return [live for case in cases(kind.make, kind.name, SEED, 0, count) for live in case]


def posted(lives: list[Live]) -> pl.DataFrame:
    return rows_of((e for live in lives for e in events_of(np.random.default_rng([SEED, 1]), live)), PLATFORM)


def by_name(name: str) -> Kind:
    return next(kind for kind in (*KINDS, *undefended.KINDS) if kind.name == name)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_door_takes_every_look_alike_and_its_costs_are_documented(kind: Kind) -> None:
    lives = lives_of(kind)
    rows = posted(lives)
    told = snapshot_of(lives)
    assert rows.filter(pl.col("type") == "sale").height > 0
    assert rows.filter(pl.col("type") == "sale")["platform_discount_total"].null_count() == 0  # funding is known
    assert set(told.costs["tier"]) == {"T1"}
    assert set(told.sellers["size_class"]) == {"large"}
    sold = rows.filter(pl.col("type") == "sale").join(told.costs, on=("seller_id", "product_id"))
    received = pl.col("price") + (pl.col("platform_discount_total") - pl.col("seller_voucher_total")) * 1000 // pl.col("quantity_milli")
    # over cost, or said to be under it: nothing is lawful here by being something else than its name
    assert kind.below_cost or sold.filter(received < pl.col("cost_lo")).is_empty()


def test_a_case_does_not_depend_on_how_many_there_are() -> None:
    kind = by_name("expiry")
    assert cases(kind.make, kind.name, SEED, 0, 4)[3] == cases(kind.make, kind.name, SEED, 3, 1)[0]
    assert cases(kind.make, kind.name, SEED + 1, 0, 1) != cases(kind.make, kind.name, SEED, 0, 1)


def test_planted_losses_under_a_label_are_the_same_sales() -> None:
    lives = [live for case in cases(planted, "planted", SEED, 0, FEW) for live in case]
    bare, labelled = posted(lives), posted(under(lives, "clearance"))
    same = [c for c in bare.columns if not c.startswith("promotion_")]
    assert bare.select(same).equals(labelled.select(same))
    assert labelled.filter(pl.col("type") == "price")["promotion_kind"].unique().to_list() == ["clearance"]
    # a bare label: nothing that a defence could measure
    assert labelled.select("promotion_quota", "promotion_announced_us", "promotion_ends_us").null_count().row(0) == (labelled.height,) * 3


def test_planted_losses_stand_fifteen_percent_under_cost_for_half_an_hour() -> None:
    lives = [live for case in cases(planted, "planted", SEED, 0, 20) for live in case]
    for live in lives:
        low = [o for o in live.pairs[0].offers if o.price < live.pairs[0].goods.cost_lo]
        assert len(low) == 1
        assert low[0].price == round(0.85 * live.pairs[0].goods.cost_lo)
        assert low[0].end - low[0].start >= 30 * MINUTE_US / 1_000_000


def test_history_ends_the_day_before_and_sold_over_cost() -> None:
    lives = lives_of(by_name("matched_price"))
    past = history_of(np.random.default_rng(0), lives)
    own = past.join(snapshot_of(lives).costs, on=("seller_id", "product_id"))
    assert past["day"].max() == lives[0].day - 1
    assert own.filter(pl.col("low") < pl.col("cost_lo")).is_empty()


def test_the_upper_limit_of_nothing_in_a_thousand_is_three_in_a_thousand() -> None:
    assert upper_bound(0, 1000) == pytest.approx(1 - 0.05 ** (1 / 1000))
    assert upper_bound(0, 1000) <= 0.003
    assert upper_bound(3, 20) > 3 / 20
    assert upper_bound(5, 5) == 1.0


HELD = ("flash_deal_72h", "expiry", "size_run_clearance", "matched_price", "missing_zero_corrected")


def test_a_measured_fact_holds_a_loss_under_high() -> None:
    lives = [live for name in HELD for live in lives_of(by_name(name), 1)]
    _, pairs = judged(lives, SEED, None)
    assert pairs.filter(pl.col("legal_level") < Level.L4).is_empty()
    assert pairs.filter(pl.col("severity") >= Severity.HIGH).is_empty()


def test_no_label_hides_a_planted_loss() -> None:
    lives = [live for n, label in enumerate(LABELS) for live in under(cases(planted, f"loss{n}", SEED, 0, 1)[0], label)]
    rows, pairs = judged(lives, SEED, None)
    marks = rows.filter(pl.col("type") == "sale").select(*PAIR, pl.col("occurred_us") // (5 * MINUTE_US)).unique().group_by(PAIR).len()
    assert marks.filter(pl.col("len") >= LASTING).height == len(lives) == len(LABELS)
    assert pairs["severity"].to_list() == [Severity.HIGH] * len(LABELS)


@pytest.mark.slow
def test_the_quick_evaluation_meets_its_targets() -> None:
    from app.training.evaluate.look_alikes import evaluate_look_alikes

    figures, rows = evaluate_look_alikes(quick=True)
    assert figures["met"], figures
    assert {row["name"] for row in rows if row["group"] == "look-alike"} == {kind.name for kind in KINDS}
    # honest about what no defence is built for: at least one of them does come out HIGH
    assert max(figures["no_defence"].values()) > 0
