"""How far is a replay? One progress bar per file on stderr: events, events per second, time left."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.0f} events/s")


class Bars:
    """Use in a `with`. Counted are the events of the files, not their repeats."""

    def __init__(self, files: Sequence[Path], counts: Sequence[int], shown: bool) -> None:
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=console, disable=not shown)
        self._shown = shown
        self._tasks = [self._progress.add_task(path.name, total=count) for path, count in zip(files, counts, strict=True)]

    def advance(self, files: dict[int, int]) -> None:
        """So many events of each file are answered."""
        for file, count in files.items():
            self._progress.advance(self._tasks[file], count)

    def say(self, line: str) -> None:
        """A line under the bars."""
        if self._shown:
            self._progress.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def __enter__(self) -> Bars:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
