"""Which kind of past was given to `kawal load-history`? Daily summaries in one parquet file, or files of events."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Engine

from app.findings.rulebook import read_rule_book
from app.log.port import EventLog
from app.runtime import configure_store, models_of
from app.settings import Settings
from app.training.history_events import load_events
from app.training.history_load import BadHistory, load_history

SUMMARIES = ".parquet"


def run_load(engine: Engine, log: EventLog, files: Sequence[Path], platform: str, settings: Settings, *, progress: bool = True) -> str:
    """What was loaded, in words. Raises BadHistory."""
    if any(path.suffix == SUMMARIES for path in files):
        if len(files) > 1:
            raise BadHistory("daily summaries come as one parquet file; events come as NDJSON")
        loaded = load_history(engine, log, files[0], platform)
        return f"{platform}: {loaded.days} days with {loaded.rows} rows are sealed, {loaded.known} of them were before"
    configure_store(engine, settings)  # under the model that will serve
    done = load_events(engine, log, files, platform, read_rule_book(settings.data_dir / "rules"), models_of(settings), progress=progress)
    return f"{platform}: {done.days} days sealed, {done.units} units are the calibration's own (configuration {done.version})"
