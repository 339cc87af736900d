"""Under what does `kawal score` judge? The home's store where there is one, else the shipped model, rules and calendar."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
from sqlalchemy import Engine

from app.client.tally import ReplaySummary
from app.runtime import configure_store, models_of, sqlite_path
from app.settings import Settings
from app.store.engine import make_engine
from app.training.scoring import score_files


def run_score(
    files: list[Path],
    platforms: tuple[str, ...],
    settings: Settings,
    clock: Callable[[], int],
    tables: Path | None,
    *,
    accept_costs: bool,
    progress: bool,
) -> tuple[pl.DataFrame, ReplaySummary]:
    """One row per pair (app.training.scoring.SCORE_SCHEMA). `tables`: a folder of reference CSVs and history that come on top."""
    return score_files(
        files,
        platforms=platforms,
        source=_source(settings),
        fresh=lambda engine: configure_store(engine, settings),
        tables=tables,
        settings=settings,
        models=models_of(settings),
        clock=clock,
        accept_costs=accept_costs,
        progress=progress,
    )


def _source(settings: Settings) -> Engine | None:
    """The store of the home; None where nothing was ever served from it."""
    if not settings.database_url.startswith("sqlite:///"):
        return make_engine(settings.database_url)
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    path = path if path.is_absolute() else settings.home / path
    return make_engine(f"sqlite:///{sqlite_path(settings.database_url, settings)}") if path.exists() else None
