"""Does the weekly check count rightly, hold its peace on honest p, and speak up on false ones?"""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from app.detection.exceedance import ALPHAS, EXCEEDANCE_SCHEMA, check, to_suspend

ROW = st.tuples(
    st.sampled_from("abc"), st.sampled_from(["x", "y", None]), st.integers(1, 3), st.none() | st.sampled_from([0.0005, 0.01, 0.03, 0.9])
)


def week(p: np.ndarray, sellers: int, stratum: str = "x") -> pl.DataFrame:
    n = len(p)
    return pl.DataFrame(
        {"seller": [f"m{i % sellers}" for i in range(n)], "stratum": [stratum] * n, "day": [i % 7 for i in range(n)], "p": p}
    )


@settings(max_examples=40)
@given(st.lists(ROW, min_size=1, max_size=30))
def test_ratios_are_counts(rows: list[tuple[str, str | None, int, float | None]]) -> None:
    units = pl.DataFrame(
        rows, schema=["seller", "stratum", "day", "p"], orient="row", schema_overrides={"p": pl.Float64(), "stratum": pl.String()}
    )
    found = check(units)
    assert found.schema == EXCEEDANCE_SCHEMA
    assert found.equals(check(units.reverse()))
    tested = units.drop_nulls("p")
    for scope in ("stratum", "day", "seller"):
        for alpha in ALPHAS:
            by_hand = {}
            for name in {str(v) if v is not None else "unknown" for v in tested[scope]}:
                mine = [p for v, p in zip(tested[scope], tested["p"], strict=True) if (str(v) if v is not None else "unknown") == name]
                by_hand[name] = (len(mine), round(sum(p <= alpha for p in mine) / len(mine) / alpha, 9))
            told = found.filter(scope=scope, alpha=alpha)
            assert {r["name"]: (r["units"], round(r["ratio"], 9)) for r in told.iter_rows(named=True)} == by_hand


def test_honest_p_suspends_nothing_and_false_p_does() -> None:
    draw = np.random.default_rng(1)
    honest, false = week(draw.random(20_000), 200, "fair"), week(draw.random(20_000) ** 1.3, 200, "off")
    found = check(pl.concat([honest, false]))
    assert to_suspend(found) == {"off"}
    fair = found.filter(scope="stratum", name="fair", alpha=0.01).row(0, named=True)
    assert fair["low"] < 1 < fair["high"]
    assert found.filter(scope="seller")["low"].null_count() == found.filter(scope="seller").height


def test_one_loud_seller_suspends_nobody() -> None:
    """A single shop's evening is no fault of the calibration: intervals are over sellers."""
    p = np.random.default_rng(2).random(5_000)
    p[np.arange(5_000) % 50 == 0] = 0.004
    found = check(week(p, 50)).filter(scope="stratum", alpha=0.01).row(0, named=True)
    assert found["ratio"] > 1.5
    assert not found["suspend"]


def test_a_stratum_of_few_sellers_has_no_limits() -> None:
    found = check(week(np.full(300, 0.001), 5))
    assert to_suspend(found) == frozenset()
    assert found["low"].null_count() == found.height
