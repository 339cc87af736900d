"""What does docs/features.md say? Every sign of the registry, which of them the score reads, and what the score does with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.detection.loss_features import LOSS_FEATURES
from app.detection.registry import FOREST, LOSS, NOT_CARRIED, REGISTRY, SCORE, SHOWN, Entry

TITLES: Final = {
    FOREST: "Read by the isolation forest",
    LOSS: "Read by the learned probability",
    SCORE: "Read by the base score besides",
    SHOWN: "Shown beside a finding",
    NOT_CARRIED: "Not carried",
}
INTRO: Final = (
    "p is the seller's price of a final: the unit-weighted mean of the last minute's sales, else the price in force. Every feature of the",
    "forest is clipped to the harmful side and rises when p falls; a monotone fit keeps that order. The judged seller's own cost enters no",
    "score. Column names are those of [architecture.md](architecture.md) 4; what each brings was measured in",
    "[decision 007](decisions/007-base-score.md).",
)


def features_page(made: str) -> str:
    """The page; `made` is the line that says who writes it."""
    lines = ["# Features", "", made, "", *INTRO, ""]
    for use in (FOREST, SCORE, SHOWN, NOT_CARRIED):
        chosen = [entry for entry in REGISTRY if use in entry.used]
        lines += [f"## {TITLES[use]}", "", *_table(chosen), ""]
    lines += [f"## {TITLES[LOSS]}", "", "| name | formula | rises when the price falls |", "|---|---|---|"]
    lines += [f"| `{f.name}` | {_cell(f.formula)} | {'yes' if f.rises else 'does not read the price'} |" for f in LOSS_FEATURES]
    return "\n".join(lines) + "\n"


def _table(entries: Sequence[Entry]) -> list[str]:
    head = ["| id | name | formula | unit | guards against | when unknown | note |", "|---|---|---|---|---|---|---|"]
    return head + [
        f"| {e.id} | `{e.name}` | {_cell(e.formula)} | {e.unit} | {_cell(e.guards_against)} | {_cell(e.missing)} | {_cell(e.why)} |"
        for e in entries
    ]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
