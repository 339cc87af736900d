"""Under what does `kawal score` judge? The home's store where there is one, else the shipped model, rules and calendar."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import polars as pl
from sqlalchemy import Engine

from app.client.tally import ReplaySummary
from app.runtime import configure_store, models_of, sqlite_path
from app.settings import Settings
from app.store import snapshots
from app.store.engine import make_engine, read
from app.training.line_run import LineRun
from app.training.scoring import score_files

NO_HOME: Final = "local"
"""The platform of files that are judged without a home."""


class NotScored(Exception):
    """Nothing can be said about the files; the text says why."""


def run_score(
    files: list[Path],
    platforms: tuple[str, ...],
    settings: Settings,
    clock: Callable[[], int],
    tables: Path | None,
    *,
    accept_costs: bool = False,
    progress: bool = True,
    inspect: Callable[[LineRun], None] = lambda _: None,
) -> tuple[pl.DataFrame, ReplaySummary]:
    """One row per pair (app.training.scoring.SCORE_SCHEMA). `tables`: a folder of reference CSVs and history that come on top.

    Raises NotScored for a platform that the home does not know (its history and costs would silently be left out), and for files
    of which no event was accepted. `inspect` sees the finished run before its folder goes.
    """
    source = _source(settings)
    frame, summary = score_files(
        files,
        platforms=_chosen(platforms, source),
        source=source,
        fresh=lambda engine: configure_store(engine, settings),
        tables=tables,
        settings=settings,
        models=models_of(settings),
        clock=clock,
        accept_costs=accept_costs,
        progress=progress,
        inspect=inspect,
    )
    if not summary.accepted:
        raise NotScored(f"none of {summary.sent} events was accepted: {next(iter(summary.reasons), 'the files are empty')}")
    return frame, summary


def write_scores(frame: pl.DataFrame, path: Path) -> None:
    """As Parquet, or as CSV (rules joined by spaces, one row per pair there too) where the name ends so."""
    if path.suffix == ".csv":
        frame.with_columns(pl.col("rules").list.join(" ")).write_csv(path)
    else:
        frame.write_parquet(path)


def _chosen(platforms: tuple[str, ...], source: Engine | None) -> tuple[str, ...]:
    """As asked for, else the home's only one."""
    known: list[str] = []
    if source is not None:
        with read(source) as connection:
            known = sorted(snapshots.load(connection, snapshots.newest(connection)).senders)
    unknown = [p for p in platforms if known and p not in known]
    if unknown or (not platforms and len(known) > 1):
        what = f"the home knows no platform {', '.join(unknown)}" if unknown else "the home has several platforms, so name one"
        raise NotScored(f"{what}; --platform may be {', '.join(known)}")
    return platforms or tuple(known) or (NO_HOME,)


def _source(settings: Settings) -> Engine | None:
    """The store of the home; None where nothing was ever served from it."""
    if not settings.database_url.startswith("sqlite:///"):
        return make_engine(settings.database_url)
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    path = path if path.is_absolute() else settings.home / path
    return make_engine(f"sqlite:///{sqlite_path(settings.database_url, settings)}") if path.exists() else None
