"""Does the registry hold all of F01 to F25, each with an answer to every question, and are the shown figures their formulas?"""

from __future__ import annotations

import math

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from app.detection.features import FEATURES, NAMES
from app.detection.loss_features import LOSS_FEATURES
from app.detection.registry import FOREST, NOT_CARRIED, REGISTRY, USES, by_id, unregistered
from app.detection.registry import SHOWN as ONLY_SHOWN
from app.detection.shown import SHOWN, shown_features
from app.law.compare import MILLI

COST = ("F01", "F02", "F03", "F13", "F16", "F17", "F18")


def test_every_sign_of_the_law_stands_once() -> None:
    assert len(by_id()) == len(REGISTRY)
    assert {f"F{i:02d}" for i in range(1, 26)} <= set(by_id())


def test_every_question_is_answered() -> None:
    for entry in REGISTRY:
        assert all((entry.name, entry.formula, entry.unit, entry.guards_against, entry.missing)), entry.id
        assert entry.used
        assert set(entry.used) <= set(USES)
        assert (NOT_CARRIED in entry.used) == (entry.used == (NOT_CARRIED,))
        assert entry.why or NOT_CARRIED not in entry.used, f"{entry.id} does not say what is missing"


def test_the_forest_reads_what_the_registry_says() -> None:
    assert not unregistered()
    assert {e.name for e in REGISTRY if FOREST in e.used} == set(NAMES)


def test_what_is_shown_has_an_expression() -> None:
    assert {e.name for e in REGISTRY if ONLY_SHOWN in e.used} == set(SHOWN)


@pytest.mark.parametrize("identity", COST)
def test_the_sellers_own_cost_never_scores(identity: str) -> None:
    assert by_id()[identity].used in ((ONLY_SHOWN,), (NOT_CARRIED,))


def test_no_score_reads_a_cost_of_the_judged_seller() -> None:
    read = {c for e in (*(f.expr for f in FEATURES), *(f.expr for f in LOSS_FEATURES)) for c in e.meta.root_names()}
    assert not {c for c in read if c.startswith(("cost_", "claim_", "below_"))}


def figures() -> pl.DataFrame:
    """A minute of 2 units at 45,000 (cost 50,000 to 54,000) beside a row that knows nothing."""
    known = {
        "w1_units": 2 * MILLI, "w1_value_s": 2 * MILLI * 45_000, "w1_units_b": 2 * MILLI, "w1_value_b": 2 * MILLI * 40_000,
        "w5_units": 4 * MILLI, "w5_value_s": 4 * MILLI * 60_000, "w30_low": 30_000, "w30_high": 60_000, "force_mean_w1": 45_000.0,
        "force_price": 50_000, "force_ps": 45_000, "force_pb": 40_000, "list_price": 90_000, "category_discount": math.log(1.5),
        "own_median_list": 90_000.0, "own_median_ps": 45_000.0,
        "peers_median": 90_000.0, "rivals_median_pb": 80_000.0, "cost_lo": 50_000, "cost_hi": 54_000, "stock": 120,
        "mean_daily_units": 12 * MILLI, "below_units_7d": 3 * MILLI, "units_7d": 12 * MILLI, "seller_units_28d": 60 * MILLI,
    }  # fmt: skip
    return pl.DataFrame([known, dict.fromkeys(known)], infer_schema_length=None)


def test_shown_figures_are_their_formulas() -> None:
    wanted = {
        "margin_over_avc": math.log(45 / 52),
        "cost_uncertainty": math.log(54 / 50),
        "beyond_usual": math.log(2) - math.log(1.5),
        "depth_peers": math.log(2),
        "under_rivals": math.log(2),
        "price_velocity": math.log(45 / 60) / 5,
        "price_range": math.log(2),
        "recovery": math.log(1.5),
        "loss_rate": math.log(1 + 2 * 7_000),
        "persistence": 0.25,
        "below_share": 0.05,
        "stock_cover": math.log(10),
        "platform_share": 0.1,
    }
    shown = shown_features(figures())
    assert set(wanted) == set(SHOWN)
    for name, value in wanted.items():
        assert math.isclose(shown[0, name], value, rel_tol=1e-11), name
        assert shown[1, name] is None


def test_a_column_that_is_not_there_is_unknown() -> None:
    short = shown_features(figures().drop("cost_lo", "stock"))
    assert short["margin_over_avc"].null_count() == short["stock_cover"].null_count() == 2
    assert_frame_equal(short.select("depth_peers"), shown_features(figures()).select("depth_peers"))
