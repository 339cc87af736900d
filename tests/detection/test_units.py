"""Who may leave the calibration? Units with a known cost or a person's verdict; a high score never is a reason."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.detection.units import IDS, REASONS, calibrate, without
from tests.detection.test_calibration import BANDS, units

MADE = units(4, 5)
KEYS = MADE.select(IDS)
picked = st.lists(st.tuples(st.integers(0, MADE.height - 1), st.sampled_from([*REASONS, "high_score", "top 3 %", None])), max_size=6)


@given(picked)
def test_a_unit_leaves_only_when_it_is_resolved(gone: list[tuple[int, str | None]]) -> None:
    resolved = KEYS[[i for i, _ in gone]].with_columns(pl.Series("reason", [r for _, r in gone], dtype=pl.String()))
    if all(reason in REASONS for _, reason in gone):
        assert without(MADE, resolved).equals(MADE[sorted(set(range(MADE.height)) - {i for i, _ in gone})])
    else:
        with pytest.raises(ValueError, match="leaves the calibration only by known_cost or verdict"):
            without(MADE, resolved)


@given(st.floats(-2, 2))
def test_trimming_by_score_is_refused(over: float) -> None:
    top = MADE.filter(pl.col("maximum") > over)
    for resolved in (top.select(IDS), top.select(*IDS, reason=pl.lit("flagged"))):
        if top.height:
            with pytest.raises(ValueError, match="not by"):
                without(MADE, resolved)


def test_nothing_resolved_takes_nothing_out() -> None:
    assert without(MADE, None) is MADE
    assert without(MADE, KEYS.head(0).with_columns(reason=pl.lit("verdict"))).equals(MADE)


def test_a_verdict_lowers_the_bar_that_an_unresolved_loss_had_raised() -> None:
    made = units(60, 30)
    loss = made.sort("maximum").tail(5).with_columns(maximum=pl.col("maximum") + 5)
    mixed = pl.concat([made.join(loss, on=IDS, how="anti"), loss])
    mended = without(mixed, loss.select(*IDS, reason=pl.lit("verdict")))
    before, after = (calibrate(m, BANDS).strata["IDR|ordinary"].maxima for m in (mixed, mended))
    assert (len(before), len(after)) == (1800, 1795)
    assert after[-1] < before[-1]
