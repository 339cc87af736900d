"""How often is the service wrong, as far as people have looked? Misses by spot checks, false alarms by verdicts, both with exact limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, func, select

from app.domain.binomial import exact_interval
from app.domain.levels import Level, Severity
from app.store import tables
from app.store.spot_checks import DRAWN

NORMAL: Final = ("lawful", "data_error")
"""Verdicts that say: drawn from normal traffic."""
BAD: Final = "unlawful_indicated"


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `of`, with its exact 95 % interval (Clopper, Pearson 1934); share null and limits 0 and 1 where `of` is 0."""

    count: int
    of: int
    share: float | None
    low: float
    high: float

    @classmethod
    def out_of(cls, count: int, of: int) -> Share:
        """The share of a count."""
        low, high = exact_interval(count, of)
        return cls(count, of, count / of if of else None, low, high)


@dataclass(frozen=True, slots=True)
class Measured:
    """What people's verdicts say of one platform, or of all."""

    drawn: int
    """Spot checks drawn by chance; `missed.of` of them are decided."""
    missed: Share
    """Of the tested, unflagged units that chance drew and a person looked at, those with an unlawful indication."""
    false: Share
    """Of the findings on novelty alone at MEDIUM or more that were judged, those found normal: what day q promises to hold at 0.20."""
    false_watch: Share
    """The same of all judged findings on novelty alone."""


def measured(connection: Connection, platform: str | None = None) -> Measured:
    """Counts over everything kept; `platform` None: all platforms together."""
    check, finding = tables.spot_check, tables.finding
    here = [] if platform is None else [check.c.platform == platform]
    # those of the top were chosen for their p: their share of misses says nothing of the others
    by_chance = select(check.c.verdict, func.count()).where(check.c.why == DRAWN, *here)
    checks = _counts(connection, by_chance.group_by(check.c.verdict))
    novel = [finding.c.level == int(Level.L1), finding.c.legal_level < int(Level.L1)]
    novel += [] if platform is None else [finding.c.platform == platform]
    judged = select(finding.c.verdict, func.count()).where(*novel).group_by(finding.c.verdict)
    return Measured(
        drawn=sum(checks.values()),
        missed=Share.out_of(checks.get(BAD, 0), _decided(checks)),
        false=_false(_counts(connection, judged.where(finding.c.severity >= int(Severity.MEDIUM)))),
        false_watch=_false(_counts(connection, judged)),
    )


def _counts(connection: Connection, query: Any) -> dict[str | None, int]:
    return {verdict: int(count) for verdict, count in connection.execute(query)}


def _decided(counts: dict[str | None, int]) -> int:
    return sum(n for verdict, n in counts.items() if verdict is not None)


def _false(counts: dict[str | None, int]) -> Share:
    return Share.out_of(sum(counts.get(v, 0) for v in NORMAL), _decided(counts))
