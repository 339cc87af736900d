"""From what does the shipped model learn? Evenings generated from a recipe and run through the line, natural finals kept."""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from app.detection.model import Model
from app.settings import Settings
from app.training.evening.wire import PLATFORM
from app.training.evening.write import write_evening
from app.training.line_run import offline_line
from app.training.scoring import prepare
from app.worker.closing import Closed

DROPPED: Final = ("text", "digest", "spell", "spell_now", "stratum")
"""What the line adds for its own book-keeping; a model learns from figures."""
Progress = Callable[[str], None]


class BadRecipe(ValueError):
    """A recipe file that cannot be followed; the text says where."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Evenings to generate: (seed, day) each, with as many sessions and hours."""

    sessions: int
    hours: int
    evenings: tuple[tuple[int, date], ...]


def read_recipe(path: Path) -> Recipe:
    """A recipe.toml. Raises BadRecipe."""
    try:
        table = tomllib.loads(path.read_text())
        evenings = tuple((int(e["seed"]), e["day"]) for e in table["evening"])
        recipe = Recipe(int(table["sessions"]), int(table["hours"]), evenings)
    except (KeyError, TypeError, ValueError) as error:
        raise BadRecipe(f"{path}: {error!r}") from error
    if not evenings or not all(isinstance(day, date) for _, day in evenings):
        raise BadRecipe(f"{path}: needs [[evening]] tables with a seed and a day")
    return recipe


def write_figures(recipe: Recipe, folder: Path, settings: Settings, clock: Callable[[], int], progress: Progress) -> None:
    """figures-<seed>.parquet per evening of the recipe in `folder`."""
    for number, (seed, day) in enumerate(recipe.evenings, 1):
        frame = evening_figures(seed, day, recipe, settings, clock)
        frame.write_parquet(folder / f"figures-{seed}.parquet", compression="zstd")
        progress(f"evening {number} of {len(recipe.evenings)} (seed {seed}, {day}): {frame.height:,} natural finals")


def evening_figures(seed: int, day: date, recipe: Recipe, settings: Settings, clock: Callable[[], int]) -> pl.DataFrame:
    """Figures of every natural final of one benign evening."""
    with tempfile.TemporaryDirectory(prefix="kawal-train-") as folder:
        home = Path(folder)
        files = write_evening(home / "evening", seed=seed, day=day, sessions=recipe.sessions, prevalence=0.0, hours=recipe.hours)
        prepare(home, None, (PLATFORM,), tables_folder=home / "evening")
        return figures_of_run([files.events], home, settings, clock)


def figures_of_run(files: list[Path], home: Path, settings: Settings, clock: Callable[[], int]) -> pl.DataFrame:
    """Natural finals of the files, judged in a prepared home without a model."""
    seen: list[pl.DataFrame] = []

    def keep(closed: Closed) -> None:
        seen.append(closed.finals.filter("natural").drop(*DROPPED, strict=False))

    with offline_line(home, settings, _no_model, clock) as run:
        run.watch(keep)
        run.post(files, (PLATFORM,), progress=False)
    return pl.concat([f for f in seen if f.height], how="vertical_relaxed")


def _no_model(model_id: str) -> Model:
    raise LookupError(f"figures are made without a model, {model_id} was asked for")
