"""Where does one platform stand in one partition? Its clock, its open rows, what it carries, how far its panes have fired (D4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import polars as pl

from app.domain.events import ROW_SCHEMA
from app.windows.carry import Carry, empty_carry
from app.windows.watermark import PlatformClock

OPEN_SCHEMA: dict[str, pl.DataType] = {
    **ROW_SCHEMA,
    "pos": pl.Int64(),
    "row": pl.Int64(),
    "key": pl.String(),
    "pane": pl.Int64(),
    "hash": pl.UInt64(),
    "watermark_us": pl.Int64(),
}


LOW_PANES = 126
"""Five minutes of windows, fifteen of a price in force, and a spare minute: how far back evidence is looked for."""


@dataclass
class PlatformState:
    """Mutable only between commits, by the one thread that owns the partition."""

    clock: PlatformClock = field(default_factory=PlatformClock)
    open_rows: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=OPEN_SCHEMA))
    carry: Carry = field(default_factory=empty_carry)
    fired: int | None = None  # the last pane whose finals were written
    lows: dict[int, int] = field(default_factory=dict)  # pane -> smallest log position of its rows, for the last minutes
    waiting: list[tuple[int, int]] = field(default_factory=list)  # (pane, version): closed under it, held back by the gate (D6)
    parked_pos: int = 0  # open rows before this log position are carried state, not to be replayed (D4)

    def to_state(self) -> dict[str, Any]:
        """JSON for the ledger row."""
        return {
            "clock": self.clock.to_state(),
            "fired": self.fired,
            "waiting": self.waiting,
            "parked_pos": self.parked_pos,
            "lows": sorted(self.lows.items()),
        }

    def low_pos(self) -> int:
        """No row of the last LOW_PANES panes lies before this log position."""
        return min(self.lows.values(), default=0)

    def remember_lows(self, last: int) -> None:
        """Note where the rows of the panes up to `last` begin in the log; forget panes no window reaches."""
        news = self.open_rows.filter(pl.col("pane") <= last).group_by("pane").agg(pl.col("pos").min())
        self.lows |= dict(news.iter_rows())
        reach = (min(self.lows, default=last) if self.fired is None else self.fired) - LOW_PANES
        self.lows = {pane: pos for pane, pos in self.lows.items() if pane > reach}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> PlatformState:
        """The state as the ledger row holds it, without frames."""
        return cls(
            clock=PlatformClock.from_state(state["clock"]),
            fired=state["fired"],
            waiting=[(pane, version) for pane, version in state.get("waiting", ())],
            parked_pos=state["parked_pos"],
            lows=dict(state["lows"]),
        )
