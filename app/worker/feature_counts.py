"""How do today's features lie in the bins of training? Integer counts of a partition's natural finals, per platform, day and model.

One row per day, replaced in the transaction of the finals that it counts: what the store holds is exact however often the worker ends.
"""

from __future__ import annotations

import json
from typing import Any

import polars as pl
from sqlalchemy import Engine

from app.detection.drift import Counts, added, counted
from app.detection.features import feature_frame
from app.domain.time import DAY_US, PANE_US
from app.store import feature_counts
from app.store.engine import read
from app.worker.closing import Closed
from app.worker.context import Context

Place = tuple[str, int, str]
"""(platform, local day, model id)."""
KEPT_DAYS = 3


class FeatureCounts:
    """The counts of one partition; owned by the thread that owns it."""

    def __init__(self, engine: Engine, partition: int) -> None:
        self._engine, self._partition = engine, partition
        self._kept: dict[Place, Counts] = {}

    def rows(self, closed: Closed, context: Context) -> list[dict[str, Any]]:
        """Rows of `feature_count` that take the closed panes in; none where the model was not made with bins."""
        if context.model is None or not context.model.bins or closed.finals.is_empty():
            return []
        edges = {name: bins.edges for name, bins in context.model.bins.items()}
        offset = context.snapshot.rule(closed.platform).day_offset_us
        natural = closed.finals.filter("natural").with_columns(((pl.col("pane") * PANE_US + offset) // DAY_US).alias("__day"))
        rows = []
        for (day,), part in sorted(natural.partition_by("__day", as_dict=True).items()):
            place = (closed.platform, int(day), context.model.model_id)
            self._kept[place] = total = added(self._before(place), counted(feature_frame(part), edges))
            rows.append(self._row(place, total))
        self._forget(closed.platform)
        return rows

    def _before(self, place: Place) -> Counts:
        if place not in self._kept:
            with read(self._engine) as connection:
                self._kept[place] = feature_counts.of_partition(connection, self._partition, *place)
        return self._kept[place]

    def _row(self, place: Place, total: Counts) -> dict[str, Any]:
        platform, day, model_id = place
        body = json.dumps(total, sort_keys=True, separators=(",", ":"))
        return {"partition": self._partition, "platform": platform, "day": day, "model_id": model_id, "body": body}

    def _forget(self, platform: str) -> None:
        newest = max((day for of, day, _ in self._kept if of == platform), default=0)
        for place in [p for p in self._kept if p[0] == platform and p[1] <= newest - KEPT_DAYS]:
            del self._kept[place]
