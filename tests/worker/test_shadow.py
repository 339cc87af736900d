"""Does a candidate leave no trace in what is judged, and are the maxima of two models never mixed?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from app.detection.manifest import ModelRefused
from app.detection.score import score
from app.domain.events import PAIR
from app.findings.known import Known
from app.training.dataset import by_time
from app.training.train import learn
from app.windows.carry import empty_carry, forget
from app.worker import carrying
from app.worker.closing import close_panes
from app.worker.context import Context
from app.worker.contexts import candidate
from tests.detection.synthetic import evenings
from tests.windows.rows import PANE, Row, frame, price, sale
from tests.worker.line import SAID, context, snapshot, tiny_model

OTHER = replace(tiny_model(), model_id="m_other", scorer=learn(by_time(evenings(60, seed=12)[0], 0.5)[0], seed=6))


def evening() -> list[Row]:
    """A price that falls every two minutes and rises again at the end, sold at all the while."""
    shown = (60_000, 57_000, 45_000, 40_000, 58_000)
    rows = [price(120 * i, amount, list_price=60_000) for i, amount in enumerate(shown)]
    return rows + [sale(120 * i + 20 * k + 5, amount) for i, amount in enumerate(shown) for k in range(6)]


def closed(rows: list[Row], contexts: list[tuple[int, Context]]) -> pl.DataFrame:
    """Finals of panes closed in stretches: (last pane after the beginning, the context that judges up to it)."""
    framed, carried, first = frame(rows), empty_carry(), PANE
    found = []
    for end, by in contexts:
        chunk = framed.filter(pl.col("pane").is_between(first, PANE + end))
        done = close_panes(chunk, carried, "p", first, PANE + end, by, Known(by.snapshot))
        found.append(done.finals)
        carried, first = forget(carrying.merged(carried, done.news), PANE + end), PANE + end + 1
    return pl.concat(found, how="diagonal_relaxed").sort(*PAIR, "pane")


def with_models(serving: Any, shadow: Any = None) -> Context:
    return replace(context(snapshot(), serving), shadow=shadow)


def test_a_candidate_changes_no_byte_of_a_final() -> None:
    alone = closed(evening(), [(70, with_models(tiny_model()))])
    beside = closed(evening(), [(70, with_models(tiny_model(), OTHER))])
    assert alone.select(SAID).equals(beside.select(SAID))
    assert alone["running_shadow"].null_count() == alone.height
    assert beside.filter("natural")["running_shadow"].null_count() == 0
    assert beside["running_shadow"].to_list() != beside["running_max"].to_list()


@pytest.mark.parametrize("cuts", [[], [9], [5, 13, 31, 40]])
def test_the_candidates_maximum_is_that_of_its_own_scores_however_the_panes_are_cut(cuts: list[int]) -> None:
    by = with_models(tiny_model(), OTHER)
    finals = closed(evening(), [(end, by) for end in [*cuts, 70]])
    natural = finals.filter("natural")
    own = score(natural, OTHER.scorer)["anomaly_score"]
    assert natural["running_shadow"].to_list() == own.cum_max().to_list()
    assert natural["shadow_p"].is_sorted(descending=True)
    assert finals["shadow_by"].unique().to_list() == ["m_other"]


def test_a_promoted_model_begins_its_own_maximum() -> None:
    finals = closed(evening(), [(30, with_models(tiny_model())), (70, with_models(OTHER))])
    later = finals.filter((pl.col("pane") > PANE + 30) & pl.col("natural"))
    assert later["running_max"].to_list() == score(later, OTHER.scorer)["anomaly_score"].cum_max().to_list()
    assert finals["scored_by"].unique(maintain_order=True).to_list() == ["m_tiny", "m_other"]


def test_another_candidate_begins_anew_too() -> None:
    again = replace(OTHER, model_id="m_third")
    finals = closed(evening(), [(40, with_models(tiny_model(), OTHER)), (70, with_models(tiny_model(), again))])
    later = finals.filter((pl.col("pane") > PANE + 40) & pl.col("natural"))
    assert later["running_shadow"].to_list() == score(later, OTHER.scorer)["anomaly_score"].cum_max().to_list()


def test_a_candidate_that_cannot_be_loaded_stops_nothing() -> None:
    def refuse(model_id: str) -> Any:
        raise ModelRefused(f"{model_id}: gone")

    assert candidate(snapshot(shadow_model_id="m_gone"), refuse) is None
    assert candidate(snapshot(), refuse) is None
