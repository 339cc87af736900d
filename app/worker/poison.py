"""Where does a row or pair go that cannot be worked? To rejections with an alarm, in the ledger's transaction (SEMANTICS D9)."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Protocol

import polars as pl
import structlog

from app.domain.canonical import canonical_bytes
from app.domain.identity import name
from app.log.port import Record
from app.worker.partition import Partition

HIDDEN: Final = {"sender", "received_us", "arrival_us", "pos", "row", "key", "pane", "hash", "watermark_us", "copy", "backfill"}
ROOMS: Final = ("windows", "detection", "law", "findings")
log = structlog.get_logger(__name__)


class Gathering(Protocol):
    """Whatever collects the effects of a step."""

    def add(self, upserts: dict[str, list[dict[str, Any]]], inserts: dict[str, list[dict[str, Any]]]) -> None:
        """Take rows to write with the next commit."""
        ...


class Listed:
    """Lists what failed in one step."""

    def __init__(self, partition: Partition, gathered: Gathering) -> None:
        """Write to the gathered effects; remember skipped rows in the partition."""
        self._partition, self._gathered = partition, gathered

    def __call__(self, stage: str, error: Exception, record: Record, row: int | None, content: Mapping[str, Any] | None) -> None:
        """A record or a row that cannot be decoded or put into panes."""
        self._partition.skipped.add((record.pos, -1 if row is None else row))
        place = f"{self._partition.number}:{record.pos}:{row}"
        self._list(place, stage, error, content or {}, record.logged_us)

    def pair(self, pair: dict[str, Any], pane: int, error: Exception, rows: pl.DataFrame) -> None:
        """A pair that cannot be judged in a pane: its rows stay counted, its final says so."""
        place = f"{self._partition.number}:{pane}:" + ":".join(map(str, pair.values()))
        positions = rows.select("pos", "row").rows()
        problem = {"unjudged": True, "pane": pane, "error": _words(error), "rows": positions}
        self._list(place, room_of(error), error, pair | {"pane": pane, "rows": positions}, self._partition.logged_us)
        row = {**pair, "partition": self._partition.number, "final": canonical_bytes(problem).decode(), "pane": pane}
        self._gathered.add({"judgement": [row]}, {})

    def _list(self, place: str, stage: str, error: Exception, content: Mapping[str, Any], at_us: int) -> None:
        known = {k: v for k, v in content.items() if v is not None and k not in HIDDEN}
        words = _words(error)
        rejection = {
            "rejection_id": name("x", stage, place),
            "posting_platform": str(content.get("posting_platform") or content.get("platform") or ""),
            "stage": stage,
            "received_us": at_us,
            "event_id": content.get("event_id"),
            "problem": words,
            "body": canonical_bytes(known).decode(),
        }
        alarm = {"alarm_id": name("a", stage, place), "raised_us": at_us, "what": f"poison in {stage}", "body": words}
        self._gathered.add({}, {"rejection": [rejection], "alarm": [alarm]})
        log.error("poison", stage=stage, place=place, error=words)


def room_of(error: Exception) -> str:
    """The room of the line in which the error arose: windows, detection, law or findings."""
    rooms = [part for frame in traceback.extract_tb(error.__traceback__) for part in Path(frame.filename).parts[-3:-1]]
    met = [room for room in rooms if room in ROOMS]
    return met[-1] if met else "detection"


def list_reused(frames: list[pl.DataFrame], partition: int, gathered: Gathering) -> None:
    """Rows whose id an open pane holds with other content: counted as skipped, listed (A2)."""
    for frame in frames:
        for row in frame.iter_rows(named=True):
            known = {k: v for k, v in row.items() if v is not None and k not in HIDDEN}
            rejection = {
                "rejection_id": name("x", "reused", str(partition), str(row["pos"]), str(row["row"]), row["posting_platform"]),
                "posting_platform": row["posting_platform"],
                "stage": "windows",
                "received_us": row["received_us"] or 0,
                "event_id": row["event_id"],
                "field": "event_id",
                "problem": "event_id_reused: an open pane holds this id with other content",
                "body": canonical_bytes(known).decode(),
            }
            gathered.add({}, {"rejection": [rejection]})


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
