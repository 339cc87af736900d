"""What does the reader see? Headings, tables, progress bars and lines that say whether something holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

WIDE = 130


def _console() -> Console:
    console = Console()
    # in a pipe rich would fold tables at 80 columns
    return console if console.is_terminal else Console(width=WIDE)


@dataclass
class Screen:
    """Prints, and remembers what did not hold."""

    console: Console = field(default_factory=_console)
    failures: list[str] = field(default_factory=list)

    def heading(self, text: str) -> None:
        """A new part."""
        self.console.print()
        self.console.rule(Text(text, style="bold"), align="left")

    def say(self, text: str, style: str = "") -> None:
        """A line as it stands; long ones are not folded, so that they can be copied."""
        self.console.print(Text(text, style=style), soft_wrap=True)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[object]], title: str | None = None) -> None:
        """A table; numbers stand right."""
        listed = [list(row) for row in rows]
        if title is not None:  # rich would fold a title to the width of its table
            self.say(title, "italic")
        table = Table()
        for index, name in enumerate(columns):
            numbers = bool(listed) and all(isinstance(row[index], int | float) for row in listed)
            table.add_column(name, justify="right" if numbers else "left", overflow="fold")
        for row in listed:
            table.add_row(*(Text(_shown(cell)) for cell in row))
        self.console.print(table)

    def holds(self, what: str, expected: object, found: object, good: bool | None = None) -> bool:
        """Say whether what was found is what was expected (`good` where equality isn't the question). Failures are kept."""
        ok = expected == found if good is None else good
        if ok:
            self.console.print(Text.assemble(("✓ ", "bold green"), f"{what}: {_shown(found)}"), soft_wrap=True)
        else:
            line = f"{what}: expected {_shown(expected)}, found {_shown(found)}"
            self.failures.append(line)
            self.fail(line)
        return ok

    def fail(self, text: str) -> None:
        """A red line."""
        self.console.print(Text.assemble(("✗ ", "bold red"), (text, "red")), soft_wrap=True)

    def progress(self) -> Progress:
        """Bars, to be used in a `with`."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TaskProgressColumn(), TimeElapsedColumn())
        return Progress(*columns, console=self.console)


def measured(evidence: Mapping[str, object]) -> str:
    """Measured facts of a defence in one line; moments in microseconds are left to the finding itself."""
    return "  measured: " + ", ".join(f"{name} {_shown(value)}" for name, value in evidence.items() if not name.endswith("_us"))


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.3f}" if isinstance(value, float) else str(value)
