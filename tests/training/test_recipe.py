"""Are the figures of a recipe those of the line? Days in memory against the door, the log and the detector, row for row."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from app.domain.events import PAIR
from app.settings import Settings
from app.training.evening.build import Plan, build_evening
from app.training.evening.wire import PLATFORM
from app.training.evening.write import save_evening
from app.training.line_figures import figures_of_files
from app.training.recipe import BadRecipe, evening_figures, read_recipe

SMALL = Plan(seed=11, day=date(2026, 9, 2), sessions=4, prevalence=0.0, hours=2.0)


def test_days_in_memory_equal_the_line_row_for_row(tmp_home: Path, tmp_path: Path) -> None:
    settings = Settings()
    files = save_evening(tmp_path, build_evening(SMALL))
    line = figures_of_files([files.events], tmp_path, PLATFORM, settings, lambda: time.time_ns() // 1000)
    memory = evening_figures(SMALL, settings)
    assert line.height > 1_000
    assert set(line.columns) == set(memory.columns)
    order = [*PAIR, "pane"]
    assert_frame_equal(memory.sort(order).select(line.columns), line.sort(order), check_exact=True)


@pytest.mark.parametrize(
    "text", ["sessions = 'many'", "sessions = 4\nhours = 2\n", "sessions = 4\nhours = 2\n[[evening]]\nseed = 1\nday = 5\n"]
)
def test_a_recipe_that_cannot_be_followed_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "recipe.toml").write_text(text)
    with pytest.raises(BadRecipe, match=r"recipe\.toml"):
        read_recipe(tmp_path / "recipe.toml")


def test_a_recipe_says_its_evenings(tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text("sessions = 4\nhours = 2\n[[evening]]\nseed = 1\nday = 2026-09-02\n")
    recipe = read_recipe(tmp_path / "recipe.toml")
    assert (recipe.sessions, recipe.hours, recipe.evenings) == (4, 2, ((1, date(2026, 9, 2)),))
