"""Are the features what their formulas say? Against plain Python, gaps and cancelled units included."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from app.detection.features import FEATURES, NAMES, feature_frame, matrix, neutral_values, price_now
from tests.detection.synthetic import rows

MONEY = st.one_of(st.none(), st.integers(1, 10**12))
UNITS = st.integers(-5_000, 900_000)
ROW = st.fixed_dictionaries(
    {
        "w1_units": UNITS,
        "p1": st.integers(-100, 10**9),
        "w30_units": UNITS,
        "p30": st.integers(1, 10**9),
        "force_mean_w1": st.one_of(st.none(), st.floats(0, 1e9)),
        "list_price": MONEY,
        "own_median_ps": MONEY,
        "own_median_list": MONEY,
        "market_median": MONEY,
    }
)


def oracle(row: dict[str, float | None]) -> dict[str, float | None]:
    units, units30 = row["w1_units"], row["w30_units"]
    price = row["p1"] if units > 0 else row["force_mean_w1"]
    if price is None:
        return dict.fromkeys(NAMES)
    p = max(1.0, price)

    def over(above: float | None, below: float | None) -> float | None:
        return None if above is None or below is None else max(0.0, math.log(above / below))

    return {
        "depth_list": over(row["list_price"], p),
        "depth_own": over(row["own_median_ps"], p),
        "depth_market": over(row["market_median"], p),
        "drop_in_session": over(row["p30"] if units30 > 0 else None, p),
        "demand_burst": max(0.0, math.log((max(0, units) / 1000 + 1) / (max(0, units30) / 1000 / 30 + 1))),
        "list_inflation": over(row["list_price"], row["own_median_list"]),
    }


def frame(made: list[dict[str, float | None]]) -> pl.DataFrame:
    columns = {name: [row[name] for row in made] for name in made[0] if name not in ("p1", "p30")}
    return rows(
        **columns,
        w1_value_s=[row["w1_units"] * row["p1"] for row in made],
        w30_value_s=[row["w30_units"] * row["p30"] for row in made],
    )


@given(st.lists(ROW, min_size=1, max_size=30))
def test_features_are_their_formulas(made: list[dict[str, float | None]]) -> None:
    found = feature_frame(frame(made))
    assert tuple(found.columns) == NAMES
    assert set(found.dtypes) == {pl.Float64()}
    for got, row in zip(found.to_dicts(), made, strict=True):
        wanted = oracle(row)
        for name in NAMES:
            if wanted[name] is None:
                assert got[name] is None
            else:
                assert math.isclose(got[name], wanted[name], rel_tol=1e-12, abs_tol=1e-12)


def test_price_is_what_the_last_minute_paid_else_the_price_in_force() -> None:
    figures = rows(w1_units=[3000, 0, 0], w1_value_s=[3000 * 45_000, 0, 0], force_mean_w1=[60_000.0, 60_000.0, None])
    assert figures.select(price_now()).to_series().to_list() == [45_000.0, 60_000.0, None]


def test_a_gap_is_filled_by_the_training_median_not_by_zero() -> None:
    seen = feature_frame(rows(list_price=[150, 200, 300, None], force_mean_w1=[100.0] * 4))
    neutral = neutral_values(seen)
    assert neutral["depth_list"] == math.log(2)
    assert neutral["depth_own"] == 0.0
    filled = matrix(seen, neutral)
    assert filled[3, NAMES.index("depth_list")] == math.log(2)
    assert not np.isnan(filled).any()


def test_the_sellers_own_cost_enters_no_feature() -> None:
    read = {column for feature in FEATURES for column in feature.expr.meta.root_names()}
    assert not {column for column in read if "cost" in column or "claim" in column}
    assert "reference" not in read  # it may join a cost benchmark


def test_the_registry_answers_every_question_of_every_feature() -> None:
    for feature in FEATURES:
        assert all((feature.formula, feature.unit, feature.guards_against, feature.missing))


def test_no_rows_give_no_rows() -> None:
    empty = feature_frame(rows(list_price=[1]).clear())
    assert matrix(empty, dict.fromkeys(NAMES, 0.0)).shape == (0, len(NAMES))
