"""With what is a pane judged? The snapshot, the model, the rule book and the sealed days, fixed for the panes that close (D6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

from app.detection.model import Model
from app.domain.snapshot import Snapshot
from app.law.pack import RuleBook
from app.windows.baselines import Baselines, baselines
from app.windows.benchmarks import Benchmarks, benchmarks


@dataclass
class Context:
    """One snapshot's worth of inputs; baselines are made once per platform and readable day."""

    snapshot: Snapshot
    model: Model | None
    rules: RuleBook
    days_of: Callable[[str, int, int], pl.DataFrame]
    """(platform, first day, last day) -> SEALED_DAY_SCHEMA; only days that were sealed may be asked for."""
    code_version: str = ""
    shadow: Model | None = None
    """A candidate that scores beside the model; nothing is judged by it."""
    _baselines: dict[tuple[str, int], Baselines] = field(default_factory=dict)
    _benchmarks: Benchmarks | None = None

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

    def benchmarks(self) -> Benchmarks:
        """Known costs of matched products, made once."""
        if self._benchmarks is None:
            self._benchmarks = benchmarks(self.snapshot)
        return self._benchmarks

    def campaigns(self) -> pl.DataFrame:
        """Day number and campaign name."""
        return self.snapshot.calendar.select("day", "campaign")
