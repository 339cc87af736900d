"""From where does `kawal train` take its sessions? A recipe of generated evenings, event files, figures, or the platform's own log."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from app.domain.time import day_date, day_number
from app.settings import Settings
from app.training.line_figures import figures_of_files
from app.training.own_log import read_log
from app.training.recipe import read_recipe, write_figures
from app.training.score_command import NO_HOME
from app.training.train import run_train, train_on

RECIPE = "recipe.toml"
Say = Callable[[str], None]


def run(data: Path, models: Path, seed: int, settings: Settings, clock: Callable[[], int], say: Say, *, progress: bool = False) -> Path:
    """The folder of the new model, learned from a data folder."""
    today = day_date(day_number(clock()))
    if not (data / RECIPE).exists():
        figures_of = lambda files: figures_of_files(files, data, NO_HOME, settings, clock)  # noqa: E731
        return run_train(data, models, seed, say, figures_of=figures_of, created_on=today)
    with tempfile.TemporaryDirectory(prefix="kawal-figures-") as folder:
        figures = Path(folder) / data.name
        figures.mkdir()
        write_figures(read_recipe(data / RECIPE), figures, settings, say, progress=progress)
        return run_train(figures, models, seed, say, created_on=today)


def run_from_log(models: Path, seed: int, settings: Settings, clock: Callable[[], int], say: Say, *, progress: bool = True) -> Path:
    """The folder of a model learned from the sealed days of a home's own log, with what people and papers say of its units."""
    found = read_log(settings, say, progress=progress)
    today = day_date(day_number(clock()))
    return train_on(found.dataset, models, seed, say, trained_on=found.name, created_on=today, known=found.known)
