"""Is a candidate compared on the units that both models scored, by ranks and by openings?"""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from app.detection.candidate import compared

COLUMNS = ("maximum", "p_value", "shadow_score", "shadow_p")
number = st.one_of(st.none(), st.integers(0, 6).map(lambda i: i / 4))


def units(rows: list[tuple[float | None, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.Float64()), orient="row")


@given(st.lists(st.tuples(number, number, number, number), max_size=30))
def test_ranks_and_openings_are_those_of_a_plain_count(rows: list[tuple[float | None, ...]]) -> None:
    told = compared(units(rows), 0.25)
    both = [r for r in rows if r[0] is not None and r[2] is not None]
    assert told.units == len(both)
    ours, theirs = ([r[i] is not None and r[i] <= 0.25 for r in both] for i in (1, 3))
    assert (told.serving_opens, told.candidate_opens) == (sum(ours), sum(theirs))
    assert told.both_open == sum(a and b for a, b in zip(ours, theirs, strict=True))
    one, other = ([r[i] for r in both] for i in (0, 2))
    if len(set(one)) > 1 and len(set(other)) > 1:
        assert told.spearman == pytest.approx(spearmanr(one, other).statistic, abs=1e-9)
    else:
        assert told.spearman is None
