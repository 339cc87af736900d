"""Are known pairs labelled as brute force over the events would, the invented market what it says, and the probability calibrated?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from app.detection.loss import market as market_of
from app.detection.model import Model
from app.detection.score import base_score, score
from app.detection.units import calibrate, units_of
from app.domain.events import PAIR
from app.domain.snapshot import empty_snapshot
from app.findings.rulebook import read_rule_book
from app.training.bulk import Bulk, rows_of
from app.training.dataset import IDS
from app.training.evening.known_lives import KnownMarket, build_known_market
from app.training.evening.wire import PLATFORM
from app.training.known_costs import known_losses, lowest_rows, read_known
from app.training.loss_fit import blocks, learn_loss
from app.training.train import learn
from app.training.truth import judge, ledgers


@pytest.fixture(scope="module")
def market() -> KnownMarket:
    return build_known_market(5, sellers=25, evenings=2)


@pytest.fixture(scope="module")
def figures(market: KnownMarket) -> pl.DataFrame:
    snapshot = replace(empty_snapshot(), sellers=market.sellers, catalogue=market.catalogue)
    line = Bulk(PLATFORM, snapshot, read_rule_book(), None, market.history)
    return pl.concat([c.finals.filter("natural") for c in line.run(rows_of((e for n in market.evenings for e in n), PLATFORM))])


def test_labels_are_those_of_brute_force_over_all_windows(market: KnownMarket, figures: pl.DataFrame) -> None:
    week = market.costs["valid_from_us"].unique().sort()[-2]
    costs = {(r["seller_id"], r["product_id"]): r["cost_lo"] for r in market.costs.filter(valid_from_us=week).to_dicts()}
    found = ledgers(e for night in market.evenings for e in night)
    truth = {pair: judge(ledger, costs[pair[1:]]).below for pair, ledger in found.items()}
    known = known_losses(figures, market.costs, market.sellers)
    assert {tuple(row[:3]): row[3] for row in known.select(*IDS[1:], "loss").rows()} == truth
    assert 0 < sum(truth.values()) < 0.2 * len(truth)


def test_only_a_sellers_own_t1_and_t2_costs_make_a_pair_known(market: KnownMarket, figures: pl.DataFrame) -> None:
    shop = market.shops[0].seller_id
    costs = market.costs.filter(pl.col("seller_id") == shop)
    assert set(known_losses(figures, costs, market.sellers)["seller_id"]) <= {shop}
    for hidden in (costs.with_columns(pl.lit("T3").alias("tier")), costs.with_columns(pl.lit(None, pl.String).alias("seller_id"))):
        assert known_losses(figures, hidden, market.sellers).is_empty()
    claimed = figures.with_columns(pl.lit(1).alias("claim_cost"), pl.lit("invoice").alias("claim_source"))
    assert known_losses(claimed, costs, market.sellers).equals(known_losses(figures, costs, market.sellers))


def test_label_tables_are_read_with_the_seller_as_owner_where_none_is_named(tmp_path: Path) -> None:
    assert read_known(tmp_path) is None
    (tmp_path / "known_costs.csv").write_text("platform,session_id,seller_id,product_id,loss\np,1,2,3,true\n")
    found = read_known(tmp_path)
    assert found is not None
    assert found.rows() == [("p", "1", "2", "3", True, "seller:2")]


def test_the_lowest_row_is_the_first_of_the_cheapest(figures: pl.DataFrame) -> None:
    rows = lowest_rows(figures)
    assert rows.height == rows.select(IDS).n_unique()
    low = figures.filter(pl.col("w1_units") > 0).group_by(IDS).agg((pl.col("w1_value_s") / pl.col("w1_units")).min().alias("low"))
    mean = pl.when(pl.col("w1_units") > 0).then(pl.col("w1_value_s") / pl.col("w1_units")).otherwise("force_mean_w1")
    joined = rows.with_columns(mean.alias("here")).join(low, on=IDS)
    assert (joined["here"] <= joined["low"] + 1e-6).all()


def test_the_same_seed_gives_the_same_market_and_goods_cost_alike(market: KnownMarket) -> None:
    again = build_known_market(5, sellers=25, evenings=2)
    assert again.evenings == market.evenings
    assert again.history.equals(market.history)
    wide = build_known_market(6, sellers=150, evenings=1)
    newest = wide.costs.filter(pl.col("valid_to_us") == wide.costs["valid_to_us"].max()).join(wide.catalogue, on="product_id")
    spread = (
        newest.group_by("match_group")
        .agg((pl.col("cost_lo").std() / pl.col("cost_lo").mean()).alias("cv"), pl.len())
        .filter(pl.col("len") >= 5)
    )
    assert 0.045 < float(spread.select(pl.col("cv").mean()).item()) < 0.08


def test_too_few_losses_teach_nothing(figures: pl.DataFrame) -> None:
    pairs = lowest_rows(figures).with_columns(pl.lit(0.1).alias("anomaly_score"), pl.lit(False).alias("loss"), pl.lit("o").alias("owner"))
    assert learn_loss(pairs, seed=1) is None


def test_isotonic_blocks_rise_and_keep_the_share_of_losses() -> None:
    draw = np.random.default_rng(4)
    margins = draw.normal(0, 2, 4000)
    loss = draw.random(4000) < 1 / (1 + np.exp(-2 * margins))
    centres, shares = blocks(margins, loss)
    assert (np.diff(centres) > 0).all()
    assert (np.diff(shares) >= 0).all()
    assert 0 < shares[0] < shares[-1] < 1
    told = np.interp(margins, centres, shares)
    for low, high in ((0, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 1)):
        here = (told >= low) & (told < high)
        assert abs(told[here].mean() - loss[here].mean()) < 0.04


def test_every_final_says_the_probability_and_its_highest_so_far(market: KnownMarket, figures: pl.DataFrame) -> None:
    bare = figures.drop("anomaly_score", "novelty_score", "loss_probability")
    scorer = learn(bare, 1)
    pairs = base_score(lowest_rows(bare), scorer)
    under = (pl.col("own_median_ps") / pl.col("force_mean_w1")).fill_null(1.0)
    taught = pairs.with_columns((under > under.quantile(0.8)).alias("loss"), pl.col("seller_id").alias("owner"))
    loss = learn_loss(taught, seed=1)
    assert loss is not None
    anywhere = dict.fromkeys(figures.select(market_of()).to_series().unique().to_list(), (9, 99, 9))
    scorer = replace(scorer, loss=replace(loss, support=anywhere))
    model = Model("m_test", scorer, calibrate(units_of(score(bare, scorer), scorer.bands), scorer.bands))
    papers = market.costs.filter(pl.col("seller_id") < "toko-0008")
    snapshot = replace(empty_snapshot(), sellers=market.sellers, catalogue=market.catalogue, costs=papers)
    line = Bulk(PLATFORM, snapshot, read_rule_book(), model, market.history)
    finals = pl.concat([c.finals for c in line.run(rows_of(market.evenings[0], PLATFORM))]).filter("natural", ~pl.col("unit_over"))
    assert finals["loss_probability"].is_not_null().any()
    assert finals["benchmark_cost"].is_not_null().any()
    highest = pl.col("loss_probability").cum_max().forward_fill().over(PAIR)
    assert finals.select((highest.eq_missing(pl.col("running_loss"))).all()).item()
    kept = line.carry.pairs.select(*PAIR, "max_loss")
    told = finals.group_by(PAIR).agg(pl.col("loss_probability").max().alias("told"))
    assert kept.join(told, on=PAIR).select(pl.col("max_loss").eq_missing(pl.col("told")).all()).item()
