"""What does a score cost? Our whole `score()` of windows beside scikit-learn's bare `score_samples` on the same feature rows, in turns."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import polars as pl
import sklearn

from app.demo import bench_yard as yard
from app.detection.features import feature_frame, matrix
from app.detection.model import Model
from app.detection.score import score
from app.runtime import models_of, newest_model
from app.settings import Settings
from app.training.evening.build import DEMO_DAY, Plan
from app.training.recipe import evening_figures

SEED: Final = 7
SESSIONS: Final = 4
BATCHES: Final = {10_000: 20, 1_000: 60, 1: 200}
"""Windows in a batch -> batches of each kind."""
WHAT: Final = "features, novelty (monotone fit), depth and rounding of score() / IsolationForest.score_samples on a ready matrix"


Cost = tuple[float, float]
"""Seconds on the clock, seconds of processor: the second is what counts on a machine that does other things too."""


class NoModel(RuntimeError):
    """There is nothing to measure with."""


def scoring(batches: dict[int, int] | None = None) -> dict[str, Any]:
    """Median times per batch; each batch is other windows of one evening, ours and the bare forest taking turns."""
    settings, on = Settings(), yard.machine()
    model_id = newest_model(settings)
    if model_id is None:
        raise NoModel(f"no model in {settings.models_dir}: make one with `kawal train`")
    model = models_of(settings)(model_id)
    rows = evening_figures(Plan(SEED, DEMO_DAY, SESSIONS, 0.2, 2.0), settings)
    plan = batches or BATCHES
    figures: dict[str, Any] = {"what": WHAT, "model_id": model_id, "trees": len(model.scorer.forest.estimators_), "windows": rows.height}
    with yard.bar() as bars:
        task = bars.add_task("batches", total=sum(plan.values()) + len(plan))
        for size, count in plan.items():
            figures |= _of(size, _pairs(model, rows, size, count, lambda: bars.advance(task)))
    return {**figures, "sklearn": sklearn.__version__, **on}


def _pairs(model: Model, rows: pl.DataFrame, size: int, count: int, done: Callable[[], object]) -> list[tuple[Cost, Cost]]:
    """(ours, the bare forest's) of `count` batches; a first batch of each warms up and is not counted."""
    whole = pl.concat([rows] * -(-size // rows.height)) if rows.height < size else rows
    found = []
    for number in range(count + 1):
        batch = whole.slice(number * size % (whole.height - size + 1), size)
        ready = matrix(feature_frame(batch), model.scorer.neutral)
        found.append((_cost(partial(score, batch, model.scorer)), _cost(partial(model.scorer.forest.score_samples, ready))))
        done()
    return found[1:]


def _cost(work: Callable[[], object]) -> Cost:
    began, worked = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - worked


def _of(size: int, times: list[tuple[Cost, Cost]]) -> dict[str, Any]:
    (ours, ours_cpu), (bare, bare_cpu) = ([yard.percentile([t[i][k] for t in times], 0.5) for k in (0, 1)] for i in (0, 1))
    return {
        f"ours_ms_{size}": round(1000 * ours, 3),
        f"score_samples_ms_{size}": round(1000 * bare, 3),
        f"ratio_{size}": round(ours / bare, 3),
        f"cpu_ratio_{size}": round(ours_cpu / bare_cpu, 3),
    }
