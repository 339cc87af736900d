"""How far is the evaluation? One bar on stderr: which part, what it is doing."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class Bar:
    """Use in a `with`. Counted are the parts; the text names the step inside one."""

    def __init__(self, parts: int, shown: bool) -> None:
        columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}", markup=False))
        self._progress = Progress(*columns, console=Console(stderr=True), disable=not shown)
        self._task = self._progress.add_task("", total=parts)
        self._part = ""

    def begin(self, part: str) -> None:
        """The next part."""
        self._part = part
        self._progress.update(self._task, description=part)

    def step(self, what: str) -> None:
        """Inside the part."""
        self._progress.update(self._task, description=f"{self._part}: {what}")

    def end(self) -> None:
        """The part is done."""
        self._progress.advance(self._task)

    def __enter__(self) -> Bar:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
