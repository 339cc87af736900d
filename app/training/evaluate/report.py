"""How does an evaluation look? Tables on a terminal, the same as Markdown, and one JSON object."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table as Shown

from app.training.evaluate.section import Section, Table, plain
from app.training.evaluate.table import LEGEND


def as_json(head: dict[str, Any], sections: Sequence[Section]) -> dict[str, Any]:
    """head, then every section's figures; one that could not run holds `missing`."""
    told = {s.name: {"missing": s.missing} if s.missing else {**s.figures, "notes": list(s.notes)} for s in sections}
    return dict(plain({**head, "sets": told}))


def show(console: Console, sections: Sequence[Section]) -> None:
    """Tables for people."""
    for section in sections:
        if section.missing:
            console.print(f"{section.name}: {section.missing}", markup=False, highlight=False, soft_wrap=True)
        for table in section.tables:
            console.print(_shown(table))
        for note in section.notes:
            console.print(f"{section.name}: {note}", markup=False, highlight=False, soft_wrap=True)
    console.print(LEGEND, markup=False, highlight=False, soft_wrap=True)


def _shown(table: Table) -> Shown:
    shown = Shown(title=table.title, title_justify="left")
    for column in table.columns:
        shown.add_column(column, overflow="fold")
    for row in table.rows:
        shown.add_row(*(cell.replace("[", r"\[") for cell in row))
    return shown


def as_markdown(section: Section) -> str:
    """The same as text that lasts, without the legend."""
    parts = [f"## {section.name}"]
    parts += [section.missing] if section.missing else []
    parts += [f"*{note}*" for note in section.notes]
    return "\n\n".join([*parts, *(_lines(table) for table in section.tables)])


def _lines(table: Table) -> str:
    head = "| " + " | ".join(table.columns) + " |\n|" + "---|" * len(table.columns)
    rows = ["| " + " | ".join(cell.replace("|", r"\|") for cell in row) + " |" for row in table.rows]
    return f"**{table.title}**\n\n" + "\n".join([head, *rows])
