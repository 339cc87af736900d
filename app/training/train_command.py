"""From where does `kawal train` take its sessions? A recipe of generated evenings, event files, or figures that are there already."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from app.domain.time import day_date, day_number
from app.settings import Settings
from app.training.recipe import read_recipe, write_figures
from app.training.train import run_train

RECIPE = "recipe.toml"


def run(data: Path, models: Path, seed: int, settings: Settings, clock: Callable[[], int], say: Callable[[str], None]) -> Path:
    """The folder of the new model."""
    today = day_date(day_number(clock()))
    if not (data / RECIPE).exists():
        return run_train(data, models, seed, say, created_on=today)
    with tempfile.TemporaryDirectory(prefix="kawal-figures-") as folder:
        figures = Path(folder) / data.name
        figures.mkdir()
        write_figures(read_recipe(data / RECIPE), figures, settings, clock, say)
        return run_train(figures, models, seed, say, created_on=today)
