"""How many sessions and findings are there? One table over both samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from app.demo.outcome import Outcome
from app.demo.screen import Screen
from app.domain.levels import Severity


def show(outcomes: Sequence[Outcome], screen: Screen) -> None:
    """Sessions, flagged ones, findings by level and severity."""
    rows = [[o.sample.platform, o.sample.title, len(o.sessions), len(o.flagged), len(o.findings)] for o in outcomes]
    screen.table(["platform", "what it is", "sessions", "flagged", "findings"], rows)
    for outcome in outcomes:
        counts = Counter((f["legal_level"], f["level"], f["severity"]) for f in outcome.findings.values())
        grave = [s.name for s in sorted(Severity, reverse=True) if any(k[2] == s.name for k in counts)]
        levels = sorted({level for _, level, _ in counts}, reverse=True)
        table = [
            [f"L{level}", *(sum(n for (_, at, s), n in counts.items() if (at, s) == (level, name)) for name in grave)] for level in levels
        ]
        screen.table(["level", *grave], table, f"findings of {outcome.sample.platform} by level and severity")
        screen.holds(f"{outcome.sample.platform}: sessions", outcome.sample.sessions, len(outcome.sessions))
