"""With what is a pane judged? The snapshot, the model, the rule book and the sealed days, fixed for the panes that close (D6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

from app.detection.model import Model
from app.domain.snapshot import Snapshot
from app.law.pack import RuleBook
from app.windows.baselines import Baselines, baselines


@dataclass
class Context:
    """One snapshot's worth of inputs; baselines are made once per platform and readable day."""

    snapshot: Snapshot
    model: Model | None
    rules: RuleBook
    days_of: Callable[[str, int, int], pl.DataFrame]
    """(platform, first day, last day) -> SEALED_DAY_SCHEMA; only days that were sealed may be asked for."""
    code_version: str = ""
    _baselines: dict[tuple[str, int], Baselines] = field(default_factory=dict)

    def history(self, platform: str, day: int) -> Baselines:
        """Baselines of a platform as a pane may read them whose last readable day is `day`."""
        known = self._baselines.get((platform, day))
        if known is None:
            days = self.days_of(platform, day - 27, day)
            known = baselines(days, day, self.snapshot.sellers, self.snapshot.catalogue)
            if len(self._baselines) > 64:
                self._baselines.clear()
            self._baselines[platform, day] = known
        return known

    def campaigns(self) -> pl.DataFrame:
        """Day number and campaign name."""
        return self.snapshot.calendar.select("day", "campaign")
