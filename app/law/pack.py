"""What is a rule pack, and which one judges a moment? Dated data, hashed; the event's own date picks it (SEMANTICS D6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

Limits = Mapping[str, int]
"""Threshold name -> whole number; the unit is the end of the name (_permille, _days, _hours, _minutes, _windows ...) and in the pack."""

FAR_US: Final = 2**62
"""Later than any event: the end of an open period."""


class Kind(StrEnum):
    """What an answer of a rule means: conduct may be referred; the others only bear on it."""

    CONDUCT = "conduct"
    POWER = "power"
    EXEMPTION = "exemption"
    WATCH = "watch"


@dataclass(frozen=True, slots=True)
class Text:
    """One text in Indonesian and English."""

    id: str
    en: str

    def plain(self) -> dict[str, str]:
        """As {"id": .., "en": ..}, the form of every answer."""
        return {"id": self.id, "en": self.en}


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number of a clause: whole, with its unit; mark `proposed default` where no source gives it."""

    value: int
    unit: str
    mark: str


@dataclass(frozen=True)
class Clause:
    """One rule (R..), defence (D..) or the severity table: condition, formula, thresholds, source article, period in UTC microseconds."""

    id: str
    article: str
    condition: Text
    formula: str
    thresholds: Mapping[str, Threshold]
    valid_from_us: int
    valid_to_us: int
    source: str
    kind: Kind | None
    addressee: str | None
    doubts: tuple[str, ...]

    @cached_property
    def limits(self) -> Limits:
        """The thresholds as bare whole numbers."""
        return {name: t.value for name, t in self.thresholds.items()}


@dataclass(frozen=True)
class RulePack:
    """One dated edition of the rules; `sha256` is of the file's bytes."""

    id: str
    sha256: str
    title: Text
    valid_from_us: int
    valid_to_us: int
    rules: Mapping[str, Clause]
    defences: Mapping[str, Clause]
    severity: Clause
    doubts: tuple[str, ...]

    @property
    def name(self) -> str:
        """How a finding names it: id@hash."""
        return f"{self.id}@{self.sha256}"

    def period(self, rule: str) -> tuple[int, int] | None:
        """When a rule of this pack is in force, [from, to) in UTC microseconds; None if the pack does not hold it."""
        return self._periods.get(rule)

    @cached_property
    def _periods(self) -> Mapping[str, tuple[int, int]]:
        return {r.id: (max(self.valid_from_us, r.valid_from_us), min(self.valid_to_us, r.valid_to_us)) for r in self.rules.values()}

    def in_force(self, rule: str, us: int) -> Clause | None:
        """The rule if it is in force at a moment."""
        period = self.period(rule)
        return self.rules[rule] if period is not None and period[0] <= us < period[1] else None


@dataclass(frozen=True)
class RuleBook:
    """All packs, oldest first, their periods apart from each other."""

    packs: tuple[RulePack, ...]

    def at(self, us: int) -> RulePack:
        """The pack of a moment; before the first one the first, whose rules are then not in force."""
        begun = [p for p in self.packs if p.valid_from_us <= us]
        return begun[-1] if begun else self.packs[0]
