"""What does the service know of the weeks before? Twenty-eight days, loaded before it starts, as `kawal load-history` does."""

from __future__ import annotations

import polars as pl

from app.demo.samples import Sample
from app.demo.screen import Screen
from app.domain.time import day_date
from app.runtime import open_log, open_store
from app.settings import Settings
from app.training.history_load import load_history


def load(settings: Settings, samples: list[Sample], screen: Screen) -> None:
    """Freeze the days of every sample that has a history."""
    engine, log = open_store(settings), open_log(settings)
    try:
        for sample in samples:
            if sample.history is None:
                continue
            with screen.progress() as bars:
                days = pl.scan_parquet(sample.history).select(pl.col("day").n_unique()).collect().item()
                bar = bars.add_task(f"history of {sample.platform}, days", total=days)
                done = load_history(engine, log, sample.history, sample.platform, lambda n, bar=bar: bars.advance(bar, n))  # type: ignore[misc]
            span = f"{day_date(done.first_day)} to {day_date(done.last_day)}"
            screen.holds("days of history sealed", 28, done.days)
            screen.say(f"  {done.rows:,} daily summaries of {sample.platform}, {span}")
    finally:
        log.close()
        engine.dispose()
