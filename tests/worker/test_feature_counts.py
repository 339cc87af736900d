"""Are the counts of a day exactly those of its finals, however often the worker begins anew?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import polars as pl

from app.detection.drift import counted, learn_bins
from app.detection.features import NAMES, feature_frame
from app.store import feature_counts
from app.store.effects import upsert
from app.store.engine import make_engine, read, write
from app.store.migrate import migrate
from app.worker.feature_counts import FeatureCounts
from tests.detection.synthetic import evenings
from tests.worker.line import context, tiny_model

FIGURES = evenings(12, seed=4)[0].with_columns(pl.lit(value=True).alias("natural"))
MODEL = replace(tiny_model(), bins=learn_bins(feature_frame(evenings(12, seed=5)[0])))


def test_days_add_up_over_restarts(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/store.sqlite3")
    migrate(engine)
    by = context(model=MODEL)
    for cut in range(0, FIGURES.height, 300):
        # a worker that takes over reads what the last one has committed
        worker = FeatureCounts(engine, 0)
        part = FIGURES[cut : cut + 300]
        for half in (part[:100], part[100:]):
            with write(engine) as connection:
                upsert(connection, "feature_count", worker.rows(SimpleNamespace(platform="toko", finals=half), by))  # type: ignore[arg-type]
    with read(engine) as connection:
        days = feature_counts.of_days(connection, "toko", MODEL.model_id, 0, 10**6)
    local = (pl.col("end_us") - 10_000_000 + 7 * 3_600_000_000) // 86_400_000_000
    by_day = FIGURES.with_columns((local).alias("day")).partition_by("day", as_dict=True)
    assert len(days) > 1
    assert days.keys() == {day for (day,) in by_day}
    for (day,), part in by_day.items():
        assert days[day] == [counted(feature_frame(part), {n: MODEL.bins[n].edges for n in NAMES})]


def test_only_natural_finals_of_a_model_with_bins_are_counted(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/store.sqlite3")
    migrate(engine)
    closed = SimpleNamespace(platform="toko", finals=FIGURES)
    assert FeatureCounts(engine, 0).rows(closed, context(model=replace(MODEL, bins={}))) == []  # type: ignore[arg-type]
    assert FeatureCounts(engine, 0).rows(closed, context()) == []  # type: ignore[arg-type]
    loud = SimpleNamespace(platform="toko", finals=FIGURES.with_columns(pl.lit(value=False).alias("natural")))
    assert FeatureCounts(engine, 0).rows(loud, context(model=MODEL)) == []  # type: ignore[arg-type]
