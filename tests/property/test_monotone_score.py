"""Can a seller look better by cutting every price? Scores and severity never fall, but where a slip in the price (D9) then holds."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.detection.model import Model
from app.training.evaluate.explanations import falls
from app.training.evaluate.repriced import Said, cut, said_of
from app.training.evening.build import Plan, build_evening
from tests.windows.rows import Row, price, sale
from tests.worker.line import close, context, cost, snapshot, tiny_model

LAST = 6 * 45
KINDS = {"price": price, "sale": sale}
CUTS = (1, 5, 20)


@st.composite
def shows(draw: st.DrawFn) -> list[Row]:
    """Up to three quarters of an hour of one product, in prices that every cut leaves whole."""
    found = []
    for number in range(draw(st.integers(2, 12))):
        kind, at = draw(st.sampled_from(["price", "sale", "sale"])), 10.0 * draw(st.integers(0, 250))
        fields: dict[str, Any] = {"event_id": f"e{number:02}", "list_price": draw(st.sampled_from([None, 60_000, 80_000]))}
        if kind == "sale":
            fields["milli"] = 1000 * draw(st.integers(1, 30))
        found.append(KINDS[kind](at, 100 * draw(st.sampled_from([80, 300, 450, 520, 560, 600, 780])), **fields))
    return found


def said(rows: list[Row], model: Model) -> Said:
    found = close(rows, LAST, by=context(snapshot([cost()]), model))
    frame = found.finals.filter("natural").with_columns(pl.col("running_novelty").alias("novelty_score"))
    return Said(frame, found.told)


@pytest.mark.parametrize("percent", CUTS)
@settings(max_examples=3, deadline=None)
@given(rows=shows())
def test_a_cut_of_every_price_never_looks_better(percent: int, rows: list[Row]) -> None:
    model = tiny_model(tuple(i / 10_000 for i in range(1200)))
    fell = falls(said(rows, model), said(cut(rows, percent), model))
    assert fell == dict.fromkeys(("novelty_score", "anomaly_score", "severity"), 0)


@pytest.mark.slow
def test_nor_does_a_whole_evening_through_the_line() -> None:
    model = tiny_model()
    made = build_evening(Plan(77, date(2026, 10, 20), 6, 0.3, 2.0, duplicates=0.0, slow=0.0))
    before = said_of(made, made.arrivals.events, model)
    assert before.told
    for percent in CUTS:
        fell = falls(before, said_of(made, cut(made.arrivals.events, percent), model))
        assert fell == dict.fromkeys(("novelty_score", "anomaly_score", "severity"), 0)
