"""From what does the shipped model learn? Evenings generated from a recipe and run through the line's rooms, natural finals kept."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.domain.days import SEALED_DAY_SCHEMA
from app.domain.snapshot import empty_snapshot
from app.findings.rulebook import read_rule_book
from app.settings import Settings
from app.training.bulk import Bulk, rows_of
from app.training.dataset import NothingToLearn
from app.training.evening.build import Plan, build_evening
from app.training.evening.wire import PLATFORM
from app.worker.closing import Closed
from app.worker.line import CARRIED

DROPPED: Final = (*CARRIED, "text", "spell_now")
"""What was carried in (it tells how the panes were cut) and what the line adds for its own book-keeping; a model learns from figures."""
Say = Callable[[str], None]


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


def write_figures(recipe: Recipe, folder: Path, settings: Settings, say: Say, *, progress: bool = False) -> None:
    """figures-<seed>.parquet per evening of the recipe in `folder`."""
    with day_bar(progress) as bar:
        task = bar.add_task("evenings", total=len(recipe.evenings))
        for number, (seed, day) in enumerate(recipe.evenings, 1):
            frame = evening_figures(Plan(seed, day, recipe.sessions, 0.0, recipe.hours), settings)
            frame.write_parquet(folder / f"figures-{seed}.parquet", compression="zstd")
            say(f"evening {number} of {len(recipe.evenings)} (seed {seed}, {day}): {frame.height:,} natural finals")
            bar.advance(task)


def day_bar(shown: bool) -> Progress:
    """A progress bar on stderr, so that what is said stays readable on stdout."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), disable=not shown)


def evening_figures(plan: Plan, settings: Settings) -> pl.DataFrame:
    """Figures of every natural final of an evening, judged in memory without a model: the same as the line gives of its files."""
    made = build_evening(plan)
    snapshot = replace(empty_snapshot(), sellers=made.sellers, costs=made.costs, catalogue=made.catalogue)
    rules = read_rule_book(settings.data_dir / "rules")
    bulk = Bulk(PLATFORM, snapshot, rules, history=made.history.select(*SEALED_DAY_SCHEMA))
    return natural_figures(bulk.run(rows_of(made.arrivals.events, PLATFORM)))


def natural_figures(closings: Iterable[Closed]) -> pl.DataFrame:
    """The natural finals of closings, without what the line adds for itself. Raises NothingToLearn where there are none."""
    frames = [closed.finals.filter("natural").drop(*DROPPED, strict=False) for closed in closings]
    filled = [f for f in frames if f.height]
    if not filled:
        raise NothingToLearn("no final was judged: the events hold neither a price nor a sale")
    return pl.concat(filled, how="vertical_relaxed")
