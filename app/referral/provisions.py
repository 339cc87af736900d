"""Which provision does a rule speak to? The column of the rule table that a report needs (law-and-detection.md A3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

ARTICLE_20: Final = "UU5/1999:20"
PROVISIONS: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(("R01", "R02", "R03", "R04", "R05", "R06", "R08", "R12", "R13", "R14", "R15", "R16", "R17", "R18"), (ARTICLE_20,)),
    "R07": ("UU5/1999:7",),
    "R09": ("UU5/1999:25(2)(a)",),
    "R10": ("UU5/1999:25(2)(b)",),
    "R11": ("UU5/1999:17(2)(c)",),
    "R19": ("UU5/1999:21",),
    "R20": ("Permendag31/2023:19(1)-(2)",),
    "R21": ("Permendag31/2023:21(3)",),
    **dict.fromkeys(("R23", "R24", "R26"), ("Permendag31/2023:13",)),
    **dict.fromkeys(("R27", "R28", "R29"), ("01/KPPU-M/2025",)),
    "R30": ("UU5/1999:50(h)",),
}


def provisions_of(rules: Iterable[str]) -> list[str]:
    """Provisions of the triggered rules, each once, sorted; a rule without one is left to its own name in the report."""
    return sorted({provision for rule in rules for provision in PROVISIONS.get(rule, ())})
