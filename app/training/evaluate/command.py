"""What does `kawal evaluate` do? The parts that are asked for, one after the other; tables or one JSON object; with --card also files."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import rich
from rich.console import Console

from app.domain.time import day_date, day_number
from app.runtime import newest_model
from app.settings import Settings
from app.training.evaluate.parts import ABLATIONS, DEFAULT, SCORING_COST, parts
from app.training.evaluate.progress import Bar
from app.training.evaluate.report import as_json, show
from app.training.evaluate.section import Part, Section, Wanted
from app.training.evaluate.written import write

SEEDS: Final = 20
WIDE: Final = 200


class NoSuchSet(Exception):
    """A set that nobody knows; the text lists those that are known."""


def evaluate(names: Sequence[str], wanted: Wanted, *, progress: bool, others: Mapping[str, Part] | None = None) -> list[Section]:
    """The sections, in the order asked for; a part that breaks is told as missing, the others go on. Raises NoSuchSet."""
    known = {**parts(), **(others or {})}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise NoSuchSet(f"no set {', '.join(unknown)}; there are: {', '.join(known)}")
    found: list[Section] = []
    with Bar(len(names), progress) as bar:
        for name in names:
            bar.begin(name)
            began = time.perf_counter()
            try:
                section = known[name](replace(wanted, step=bar.step))
            except Exception as broken:  # one broken part must not cost the minutes that the others took
                traceback.print_exc()
                section = Section(name, missing=f"broke off: {type(broken).__name__}: {broken}", broken=True)
            seconds = round(time.perf_counter() - began, 1)
            found.append(section if section.missing else replace(section, figures={**section.figures, "seconds": seconds}))
            bar.end()
    return found


def run(
    names: Sequence[str],
    settings: Settings,
    reference: Path | None,
    clock: Callable[[], int],
    *,
    seeds: int = SEEDS,
    seed: int = 7,
    quick: bool = False,
    ablations: bool = False,
    docs: Path | None = None,
    others: Mapping[str, Part] | None = None,
    progress: bool = True,
) -> tuple[dict[str, Any], list[Section]]:
    """(the JSON object, the sections). `docs`: folder of docs, to write the figures there and beside the model.

    `others`: parts measured a floor above, by name.
    """
    today = day_date(day_number(clock())).isoformat()
    standard = [name for name in DEFAULT if name != SCORING_COST or SCORING_COST in (others or {})]
    chosen = [*(names or standard), *([ABLATIONS] if ablations else [])]
    model = newest_model(settings)
    wanted = Wanted(seed, seeds, quick, reference, settings.models_dir, model)
    sections = evaluate(chosen, wanted, progress=progress, others=others)
    flags = [*(f"--set {n}" for n in names), f"--seeds {seeds}", *(["--quick"] if quick else []), *(["--ablations"] if ablations else [])]
    head = {"model_id": model, "date": today, "command": " ".join(["kawal evaluate", *flags]), "seed": seed, "quick": quick}
    told = as_json(head, sections)
    if docs is not None:
        order = [*DEFAULT, ABLATIONS]
        write(head, sections, told, None if model is None else settings.models_dir / model, docs, order)
    return told, sections


def print_tables(sections: Sequence[Section]) -> None:
    """To stdout, wide where it is a file."""
    console = rich.get_console()
    show(console if console.is_terminal else Console(width=WIDE), sections)
