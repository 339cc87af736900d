"""When does a finding open, change and close? The spell of one pair, fed its finals in pane order (SEMANTICS E2, E5)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.domain.levels import CostTier
from app.domain.time import DAY_US, MINUTE_US, PANE_US

AT_BELOW: Final = (
    "promotion_id",
    "promotion_kind",
    "promotion_quota",
    "promotion_funding",
    "promotion_starts_us",
    "promotion_ends_us",
    "promotion_announced_us",
    "fair_before",
    "list_price",
)
KNOWN: Final = (CostTier.T1, CostTier.T2)
QUIET_US: Final = 5 * MINUTE_US
"""A spell closes after this long with every current level at L0."""


@dataclass
class Spell:
    """Carried memory of one pair that was ever above L0. Times in UTC microseconds, sums as integers."""

    open: bool = False
    last_loud_us: int = 0
    spans: list[list[int | None]] = field(default_factory=list)  # [from_us, to_us or null]
    level: int = 0
    legal: int = 0
    span_legal: int = 0  # highest legal level inside the open span (E6)
    p_value: float | None = None
    aligned: list[list[int]] = field(default_factory=list)  # [end_us, legal] of clock-aligned windows at L2 or more, last 24 h
    first_below_us: int | None = None
    last_below_us: int | None = None
    known_loss: bool = False  # one of them under a T1 or T2 cost: what an estimate says takes no unit out of a calibration
    below_minutes: int = 0
    last_below_minute: int | None = None
    lowest: list[int] | None = None  # [value, units]: below-cost minute with the lowest mean p_s
    cheapest: list[int | None] | None = None  # [value_b, units_b, value_s, units]: minute with the lowest mean p_b
    fresh_units: int = 0  # units of the five minutes up to the last sale: the stock last shown may not know of them yet
    last_force_ps: int | None = None  # the last price in force: a session that ends takes the price away, not its correction
    unfunded: bool = False
    at_below: dict[str, Any] | None = None  # what was announced and known when last below cost: a label that came later excuses nothing
    version: int = 0
    told: str | None = None  # signature of the newest version
    borne: list[float | None] | None = None  # list price, rush and cost that the newest version's clearing price bears
    opened_us: int | None = None
    first_pos: int | None = None  # log position of the first row inside the spell's windows: where evidence begins

    @classmethod
    def load(cls, text: str | None) -> Spell:
        """The spell as carried, or a new one."""
        return cls() if text is None else cls(**json.loads(text))

    def dump(self) -> str:
        """Canonical JSON."""
        return json.dumps(vars(self), sort_keys=True, separators=(",", ":"))

    def tell(self, signature: str) -> bool:
        """Begin a new version if what is told differs from the newest one; True if so."""
        if signature == self.told:
            return False
        self.told, self.version = signature, self.version + 1
        return True

    def reached(self, level: int) -> int:
        """Clock-aligned 5-minute windows within 24 h at or above a legal level."""
        return sum(1 for _, legal in self.aligned if legal >= level)


def step(spell: Spell, final: Mapping[str, Any], *, natural: bool) -> bool:
    """Feed one final; False if it is none (a full minute while no spell is open). Mutates the spell."""
    loud, still = _loudness(final)
    if not natural and not spell.open:
        return False
    end = int(final["end_us"])
    if loud and not spell.open:
        spell.open, spell.span_legal = True, 0
        spell.spans.append([end - PANE_US, None])
        spell.opened_us = spell.opened_us or end
    if spell.open:
        _inside(spell, final, end, loud or still)
    if loud or spell.level:
        # what lies before the first loud final is carried for no pair, so it must not be remembered where one frame happens to hold it
        _remember(spell, final, end)
    return True


def _loudness(final: Mapping[str, Any]) -> tuple[bool, bool]:
    """(at L1 or more now, still not quiet): novelty closes at a lower score than it opens."""
    legal, score = final["legal_now"] or 0, final["anomaly_score"]
    opens, closes = final["open_score"], final["close_score"]
    novel = score is not None and opens is not None and score > opens
    lingering = score is not None and closes is not None and score > closes
    return legal > 0 or novel, legal > 0 or lingering


def _inside(spell: Spell, final: Mapping[str, Any], end: int, noisy: bool) -> None:
    legal = final["legal_now"] or 0
    spell.span_legal = max(spell.span_legal, legal)
    if noisy:
        spell.last_loud_us = end
    elif end - spell.last_loud_us >= QUIET_US:
        spell.open = False
        spell.spans[-1][1] = end


def _remember(spell: Spell, final: Mapping[str, Any], end: int) -> None:
    """Facts that only grow: levels, lowest windows, aligned windows of the last day."""
    legal = final["legal_now"] or 0
    novel = _loudness(final)[0]
    spell.legal = max(spell.legal, legal)
    spell.level = max(spell.level, legal, 1 if novel else 0)
    p = final["p_value"]
    if p is not None:
        spell.p_value = p if spell.p_value is None else min(spell.p_value, p)
    aligned = final["legal_aligned"]
    spell.aligned = [a for a in spell.aligned if a[0] > end - DAY_US]
    if aligned is not None and aligned >= 2 and all(a[0] != end for a in spell.aligned):
        spell.aligned.append([end, int(aligned)])
    if final["force_ps"] is not None:
        spell.last_force_ps = int(final["force_ps"])
    if final["pane_units"]:
        spell.fresh_units = max(0, int(final["w5_units"]))
    _cheapest(spell, final)
    if legal >= 3:
        _below(spell, final, end)


def _below(spell: Spell, final: Mapping[str, Any], end: int) -> None:
    value, units = int(final["w1_value_s"]), int(final["w1_units"])
    if spell.lowest is None or value * spell.lowest[1] < spell.lowest[0] * units:
        spell.lowest = [value, units]
    spell.first_below_us = spell.first_below_us or end
    spell.known_loss = spell.known_loss or final["cost_tier"] in KNOWN
    if final["pane_below_units"] > 0 or spell.at_below is None:
        spell.last_below_us = end
        if spell.at_below is None or _still_cheap(final):
            spell.at_below = {c: final[c] for c in AT_BELOW}
    spell.unfunded = spell.unfunded or int(final["w1_unfunded"]) > 0
    minute = (end - 1) // MINUTE_US
    if minute != spell.last_below_minute:
        spell.below_minutes += 1
        spell.last_below_minute = minute


def _still_cheap(final: Mapping[str, Any]) -> bool:
    """Is the price in force at the pane's end still under cost? If not, what is announced now belongs to the price after."""
    bar = final["cost_lo"] if final["cost_tier"] == "T1" else final["cost_hi"]
    shown = final["force_ps"] if final["force_ps"] is not None else final["force_price"]
    return bar is None or shown is None or int(shown) < int(bar)


def _cheapest(spell: Spell, final: Mapping[str, Any]) -> None:
    value, units = final["w1_value_b"], final["w1_units_b"]
    if units and units > 0 and value is not None:
        known = spell.cheapest
        if known is None or value * (known[1] or 1) < (known[0] or 0) * units:
            spell.cheapest = [int(value), int(units), int(final["w1_value_s"]), int(final["w1_units"])]
