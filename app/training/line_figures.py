"""Which figures does the line itself see in event files? The natural finals of an offline run, judged without a model."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import polars as pl

from app.detection.model import Model
from app.settings import Settings
from app.training.line_run import offline_line
from app.training.recipe import natural_figures
from app.training.scoring import prepare
from app.worker.closing import Closed


def figures_of_files(files: list[Path], tables: Path, platform: str, settings: Settings, clock: Callable[[], int]) -> pl.DataFrame:
    """Natural finals of the files of one platform; `tables`: the folder of reference CSVs and history that lie beside them."""
    with tempfile.TemporaryDirectory(prefix="kawal-train-") as folder:
        home = Path(folder)
        prepare(home, None, (platform,), tables_folder=tables)
        seen: list[pl.DataFrame] = []

        def keep(closed: Closed) -> None:
            if not closed.finals.is_empty():
                seen.append(natural_figures([closed]))

        with offline_line(home, settings, _no_model, clock) as run:
            run.watch(keep)
            run.post(files, (platform,), progress=False)
        return pl.concat(seen, how="vertical_relaxed") if seen else natural_figures([])


def _no_model(model_id: str) -> Model:
    raise LookupError(f"figures are made without a model, {model_id} was asked for")
