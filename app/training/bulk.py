"""What would the line say of many past evenings, fast? Whole days of rows through the very rooms of the service, without log or store.

Closing all panes of a day in one frame gives the same finals as pane by pane (D3), so training and evaluation need no detector: rows of
one platform go day by day through `close_panes`, the day's sums are sealed, and the next day reads them. Rows must be punctual (C3):
a file with late rows goes through `kawal score`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from app.detection.model import Model
from app.domain.days import as_days, empty_days
from app.domain.events import PAIR, SESSION, key_expr
from app.domain.snapshot import Snapshot
from app.domain.time import DAY_US, PANE_US, SEAL_HOUR_US
from app.domain.units import OPEN_UNITS_SCHEMA, SEALED_UNITS_SCHEMA
from app.findings.known import Known
from app.intake.rules import Stamp
from app.intake.sender import Sender
from app.intake.validate import validate
from app.law.pack import RuleBook
from app.windows import days
from app.windows.admission import IDENTITY
from app.windows.carry import Carry, empty_carry, forget
from app.windows.units import open_units, with_session_minutes
from app.worker.carrying import merged
from app.worker.closing import Closed, close_panes
from app.worker.context import Context
from app.worker.units import through

AT_ONCE: Final = 100_000
KEPT_DAYS: Final = 60
EMPTY_UNITS: Final = pl.DataFrame(schema={**SEALED_UNITS_SCHEMA, "units_milli": pl.Int64()})
FAR_US: Final = 1 << 62
"""The door's clock of an offline run: nothing of a file lies ahead of it."""


class NotPunctual(ValueError):
    """Rows that the bulk run cannot take: refused by the door, or not of its platform."""


def rows_of(events: Iterable[Mapping[str, Any]], platform: str) -> pl.DataFrame:
    """Events as the door's rows (ROW_SCHEMA + key, pane), each identity once. Raises NotPunctual where the door refuses one."""
    stamp = Stamp(Sender("bulk", (platform,), ""), FAR_US - 1, 1)
    found: list[pl.DataFrame] = []
    lines: list[bytes] = []

    def take() -> None:
        batch = validate(b"\n".join(lines), "application/x-ndjson", stamp)
        if batch.refused:
            first = batch.refused[min(batch.refused)]
            raise NotPunctual(f"{len(batch.refused)} events refused, the first: {first.field}: {first.problem}")
        found.append(batch.rows)
        lines.clear()

    for event in events:
        lines.append(json.dumps(event, ensure_ascii=False).encode())
        if len(lines) == AT_ONCE:
            take()
    if lines:
        take()
    rows = pl.concat(found).unique(IDENTITY, keep="first", maintain_order=True)
    return rows.filter(pl.col("type") != "heartbeat").with_columns(key_expr(), (pl.col("occurred_us") // PANE_US).alias("pane"))


@dataclass
class Bulk:
    """A platform's line in memory: feed it days in order. `history`: sealed days known before the first row.

    `sealed` hears (local day, summary of SEALED_DAY_SCHEMA, units of SEALED_UNITS_SCHEMA + units_milli) of every whole day.
    """

    platform: str
    snapshot: Snapshot
    rules: RuleBook
    model: Model | None = None
    history: pl.DataFrame = field(default_factory=empty_days)
    carry: Carry = field(default_factory=empty_carry)
    fired: int | None = None
    see: Callable[[Closed], None] = lambda _: None
    sealed: Callable[[int, pl.DataFrame, pl.DataFrame], None] = lambda *_: None
    through: int | None = None
    """The last sealed local day."""
    parts: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=days.PART_SCHEMA))
    waiting: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=OPEN_UNITS_SCHEMA))
    """Units (OPEN_UNITS_SCHEMA) that no sealed day holds yet."""

    def __post_init__(self) -> None:
        self.history = as_days(self.history)

    def run(self, rows: pl.DataFrame) -> Iterator[Closed]:
        """Judge the rows day by day, each sealed behind itself; a session that crosses 02:00 is carried over, not cut."""
        offset = self.snapshot.rule(self.platform).day_offset_us
        shifted = (pl.col("occurred_us") + offset - SEAL_HOUR_US) // DAY_US
        for (day,), part in sorted(
            rows.with_columns(shifted.alias("__day")).partition_by("__day", as_dict=True, include_key=False).items()
        ):
            yield self._day(part, int(day), offset)

    def _day(self, rows: pl.DataFrame, day: int, offset: int) -> Closed:
        last = ((day + 1) * DAY_US + SEAL_HOUR_US - offset) // PANE_US - 1
        first = self.fired + 1 if self.fired is not None else int(rows["pane"].min())  # type: ignore[arg-type]
        context = Context(self.snapshot, self.model, self.rules, self._days_of)
        closed = close_panes(rows, self.carry, self.platform, first, last, context, Known(self.snapshot))
        self.carry = forget(merged(self.carry, closed.news), last)
        self.fired = last
        self.parts = days.merge(pl.concat([self.parts, closed.day_parts]))
        self._seal(closed, day, offset)
        self.see(closed)
        return closed

    def _seal(self, closed: Closed, day: int, offset: int) -> None:
        """Freeze the local days up to `day` as the sealer does; what lies between midnight and 02:00 waits for its own day."""
        told = pl.concat([self.waiting, open_units(closed.finals)]).group_by(PAIR, maintain_order=True)
        self.waiting = told.agg(pl.all().exclude("first_model_id").last(), pl.col("first_model_id").first()).select(*OPEN_UNITS_SCHEMA)
        ends = closed.panes.carry.sessions.select(*SESSION, "started_us", "ended_us")
        units = through(self.waiting.join(ends, on=SESSION, how="left"), day, self.through, offset)
        ready = self.parts.filter(pl.col("day") <= day).partition_by("day", as_dict=True)
        self.parts = self.parts.filter(pl.col("day") > day)
        frames = {int(number): days.sealed(part) for (number,), part in ready.items()}
        for number in sorted(frames.keys() | units.keys()):
            ended = units.get(number, EMPTY_UNITS)
            summary = with_session_minutes(frames.get(number, empty_days()), ended)
            self.history = pl.concat([self.history.filter(pl.col("day") > number - KEPT_DAYS), summary])
            self.waiting = self.waiting.join(ended.select(PAIR), on=PAIR, how="anti", maintain_order="left")
            self.sealed(number, summary, ended)
        self.through = day

    def _days_of(self, platform: str, first: int, last: int) -> pl.DataFrame:
        return self.history.filter((pl.col("platform") == platform) & pl.col("day").is_between(first, last))
