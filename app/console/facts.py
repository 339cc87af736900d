"""What does a page say about one product? The body of a finding or judgement (architecture 5), read once into a flat view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.console import amounts, words
from app.console.chart import Spell
from app.console.quantities import Line, measured
from app.console.words import Words
from app.domain.time import DAY_US, HOUR_US

Body = Mapping[str, Any]
LATE_HOUR = 15
"""From this local hour on a clearance is called one of the evening."""


@dataclass(frozen=True, slots=True)
class Check:
    """A test or a defence: its id, name, status and measured quantities."""

    ident: str
    name: Words
    status: str
    said: Words
    why: Words | None
    measured: tuple[Line, ...]


@dataclass(frozen=True)
class ProductFacts:
    """One product of one session as the page shows it."""

    platform: str
    session_id: str
    seller_id: str
    product_id: str
    body: Body
    name: str | None = None
    finding_id: str | None = None
    flagged: bool = False
    provisional: bool = False
    offset_us: int = 7 * HOUR_US
    spells: tuple[Spell, ...] = ()
    key: str | None = None

    @property
    def currency(self) -> str:
        """Of the pair's rows."""
        return str(self.body.get("currency") or "IDR")

    @property
    def level(self) -> int:
        """Highest level so far in the session."""
        return int(self.body.get("level") or 0)

    @property
    def legal_level(self) -> int:
        """Highest level that the law tests gave."""
        return int(self.body.get("legal_level") or 0)

    @property
    def severity(self) -> str:
        """By the lattice of E2."""
        return str(self.body.get("severity") or "NONE")

    @property
    def lowest_price(self) -> float | None:
        """Lowest unit-weighted price of a minute, else of the half hour."""
        figures = self.part("figures")
        wide = figures.get("w30") or {}
        found = figures.get("lowest_mean_ps")
        return found if found is not None else wide.get("mean_ps")

    @property
    def depth(self) -> float | None:
        """By how much the lowest price lies under the reference price, as a share of one."""
        reference = self.part("reference").get("price")
        return None if not reference or self.lowest_price is None else 1 - self.lowest_price / reference

    @property
    def cost_gap(self) -> float | None:
        """By how much the lowest price lies under the low end of the cost; negative above it."""
        low = self.part("cost").get("lo")
        return None if not low or self.lowest_price is None else 1 - self.lowest_price / low

    @property
    def cost_words(self) -> str:
        """The cost interval as written."""
        cost = self.part("cost")
        return amounts.money_range(cost.get("lo"), cost.get("hi"), self.currency)

    @property
    def tests(self) -> list[Check]:
        """Every rule that was tried."""
        return [self._check(t, words.rule(str(t.get("rule"))), "rule", "quantities") for t in self.body.get("tests") or ()]

    @property
    def defences(self) -> list[Check]:
        """Every defence with its status and evidence, those that hold first."""
        order = {"holds": 0, "fails": 1}
        found = [self._check(d, words.defence(str(d.get("id"))), "id", "evidence") for d in self.body.get("defences") or ()]
        return sorted(found, key=lambda check: order.get(check.status, 2))

    @property
    def caps(self) -> list[tuple[Words, Words | None, Words | None]]:
        """(severity, reason, task) of what holds the severity down until a fact is entered."""
        found = self.body.get("caps") or ()
        return [(words.severity(c.get("cap")), words_of(c.get("reason")), words_of(c.get("task"))) for c in found]

    @property
    def summary(self) -> Words:
        """The label: what is a fact, and whether a lawful defence holds."""
        holding = [d.ident for d in self.defences if d.status == "holds"]
        begun = moment_us(self.part("figures").get("first_below_at"))
        late = begun is not None and (begun + self.offset_us) % DAY_US >= LATE_HOUR * HOUR_US
        return words.summary(self.legal_level or self.level, holding, late_in_day=late)

    def _check(self, raw: Body, name: Words, ident: str, quantities: str) -> Check:
        state = str(raw.get("status") or "unknown").replace(" ", "_")
        lines = measured(raw.get(quantities), self.currency, self.offset_us)
        return Check(str(raw.get(ident)), name, state, words.status(state), words_of(raw.get("why")), lines)

    def part(self, name: str) -> Body:
        """A nested part of the body, empty where it is missing."""
        return self.body.get(name) or {}

    def reason(self, language: str) -> str:
        """The two sentences; empty where the judgement has none."""
        return str(self.part("reasons").get(language) or "")

    def money(self, amount: float | str | None) -> str:
        """An amount in the pair's currency; sums travel as strings (B1)."""
        return amounts.money(None if amount in (None, "") else float(amount or 0), self.currency)


def words_of(raw: Any) -> Words | None:
    """Words kept in both languages; a bare sentence counts for both."""
    if isinstance(raw, Mapping):
        return Words(str(raw.get("id") or ""), str(raw.get("en") or "")) if raw.get("id") or raw.get("en") else None
    return Words(str(raw), "") if raw else None


def moment_us(text: str | None) -> int | None:
    """Microseconds of an RFC 3339 moment of a body."""
    return None if not text else round(datetime.fromisoformat(text).timestamp() * 1_000_000)


def spells_of(body: Body) -> tuple[Spell, ...]:
    """The spells of a finding's body."""
    found = ((moment_us(s.get("from")), moment_us(s.get("to"))) for s in body.get("spells") or ())
    return tuple(Spell(begin, end) for begin, end in found if begin is not None)
