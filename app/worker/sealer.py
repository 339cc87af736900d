"""When is a day frozen? As soon as every partition of the platform has fired past it and its clock is past 02:00 (SEMANTICS C5)."""

from __future__ import annotations

from typing import Any

import polars as pl
from sqlalchemy import Connection, Engine, delete, select

from app.domain.events import ROW_SCHEMA, empty_rows, key_expr
from app.domain.time import DAY_US, PANE_US, SEAL_HOUR_US, day_number, pane_end_us
from app.log.port import EventLog, Part
from app.log.record import CorruptRecord, pack_control, read_header, unpack
from app.store import announcing, sealed_days, tables
from app.store.engine import read, write
from app.store.ledger import LedgerRow
from app.windows import days, prices, sales
from app.windows.admission import IDENTITY
from app.windows.carry import PRICES_SCHEMA, SESSIONS_SCHEMA
from app.windows.units import with_session_minutes
from app.worker.carrying import from_bytes
from app.worker.context import Context
from app.worker.marks import marked, marks_from
from app.worker.sealed_units import seal_units, units_through
from app.worker.weekly import is_week_end, weekly_check

SEALER = "sealer"


def seal_ready(engine: Engine, log: EventLog, rows: list[LedgerRow], context: Context) -> bool:
    """Seal what may be sealed; True if a platform's sealed_through has moved. `context`: the newest that governs a partition.

    The store speaks: a partition passes its gate once the sealed day is committed. The `day_sealed` record that follows tells
    other processes; losing it loses nothing (decision 003).
    """
    moved = False
    for platform in sorted({p for row in rows for p in row.state.get("platforms", {})}):
        moved = _seal_platform(engine, log, rows, context, platform) or moved
    return moved


def _seal_platform(engine: Engine, log: EventLog, rows: list[LedgerRow], context: Context, platform: str) -> bool:
    states = [row.state.get("platforms", {}).get(platform) for row in rows]
    if len(rows) < log.partitions or any(s is None or s["clock"]["watermark_us"] is None for s in states):
        return False
    offset = context.snapshot.rule(platform).day_offset_us
    target = _target(states, offset)
    with read(engine) as connection:
        sealed = sealed_days.sealed_through(connection, platform)
    if sealed is None:
        # nothing lies before the first rows: seal the empty past, so that their panes may read "no history"
        target = min(target, _earliest(rows, log, platform, offset, target) - 1)
    elif target <= sealed:
        return False
    with write(engine) as connection:
        frozen = _freeze(connection, log, rows, platform, target, context)
        # every week's check, in order; after the seal's own rows, so that it reads them
        changed = [weekly_check(connection, platform, day, context) for day in frozen if is_week_end(day)]
    body = {"platform": platform, "sealed_through": target}
    log.append([Part(p, pack_control("day_sealed", body, edge=SEALER)) for p in range(log.partitions)])
    if any(changed):
        announcing.announce(engine, log, SEALER)
    return True


def _target(states: list[Any], offset: int) -> int:
    """The last day that every partition has left behind, by its watermark (02:00) and by its fired panes (midnight)."""
    marks = [(int(s["clock"]["watermark_us"]) + offset - SEAL_HOUR_US) // DAY_US - 1 for s in states]
    fired = [day_number(pane_end_us(int(s["fired"])), offset) - 1 for s in states if s["fired"] is not None]
    return min(marks + fired)


def _earliest(ledgers: list[LedgerRow], log: EventLog, platform: str, offset: int, target: int) -> int:
    """The first local day with a row of the platform still open in some partition."""
    first = target + 1
    for ledger in ledgers:
        pos = ledger.replay_from
        while pos < ledger.next_pos:
            records = [r for r in log.read(ledger.partition, pos) if r.pos < ledger.next_pos]
            if not records:
                break
            pos = records[-1].pos + 1
            for record in records:
                rows = _rows_between(record.body, 0, 2**62)
                low = rows.filter(pl.col("platform") == platform)["occurred_us"].min()
                if low is not None:
                    first = min(first, day_number(int(low), offset))  # type: ignore[arg-type]
    return first


def _freeze(connection: Connection, log: EventLog, ledgers: list[LedgerRow], platform: str, target: int, context: Context) -> range:
    """Freeze everything up to the target: the days that were sealed by it, none where nothing had been sealed before."""
    part, late = tables.day_part, tables.late_row
    offset = context.snapshot.rule(platform).day_offset_us
    sealed = sealed_days.sealed_through(connection, platform)
    bodies = connection.execute(select(part.c.body).where(part.c.platform == platform, part.c.day <= target)).scalars()
    in_time = [from_bytes(bytes(b)) for b in bodies]
    parts = pl.concat([pl.DataFrame(schema=days.PART_SCHEMA), *in_time, _late(connection, log, ledgers, platform, target, offset)])
    units = units_through(connection, platform, target, sealed, offset)
    for (day,), frame in sorted(days.merge(parts).partition_by("day", as_dict=True).items()):
        if day > (sealed if sealed is not None else -1):
            summary = days.sealed(frame)
            with_units = with_session_minutes(summary, units[int(day)]) if int(day) in units else summary
            sealed_days.save(connection, platform, int(day), with_units)
    for day, ended in units.items():
        seal_units(connection, platform, day, ended, context)
    sealed_days.seal_through(connection, platform, target)
    connection.execute(delete(part).where(part.c.platform == platform, part.c.day <= target))
    connection.execute(delete(late).where(late.c.platform == platform, late.c.day <= target))
    return range(0) if sealed is None else range(sealed + 1, target + 1)


def _late(connection: Connection, log: EventLog, ledgers: list[LedgerRow], platform: str, target: int, offset: int) -> pl.DataFrame:
    """The late rows of the days, less those whose event was counted in time: probed against those days' log rows (A2)."""
    late = tables.late_row
    bodies = connection.execute(
        select(late.c.body, late.c.partition, late.c.pos).where(late.c.platform == platform, late.c.day <= target)
    ).all()
    if not bodies:
        return pl.DataFrame(schema=days.PART_SCHEMA)
    rows = pl.concat([from_bytes(bytes(b.body)) for b in bodies]).unique(IDENTITY, maintain_order=True)
    low, high = int(rows["occurred_us"].min()), int(rows["occurred_us"].max())  # type: ignore[arg-type]
    for ledger in ledgers:
        rows = rows.join(_counted_ids(connection, log, ledger, rows.select(IDENTITY), low, high), on=IDENTITY, how="anti")
    keyed = rows.select(*ROW_SCHEMA).with_columns(key_expr(), (pl.col("occurred_us") // PANE_US).alias("pane"))
    nothing = prices.segments(pl.DataFrame(schema=PRICES_SCHEMA), pl.DataFrame(schema=SESSIONS_SCHEMA))
    return days.part_without_finals(keyed, sales.pane_sums(keyed, nothing), offset)


def _counted_ids(connection: Connection, log: EventLog, ledger: LedgerRow, ids: pl.DataFrame, low: int, high: int) -> pl.DataFrame:
    """Ids among `ids` that the partition counted in time: rows in the span [low, high] that were not late themselves."""
    found = [ids.clear()]
    marks = marks_from(connection, ledger.partition, 0)
    pos, upper = log.bounds(ledger.partition)[0], ledger.next_pos
    while pos < upper:
        records = [r for r in log.read(ledger.partition, pos) if r.pos < upper]
        if not records:
            break
        pos = records[-1].pos + 1
        for record in records:
            rows = _rows_between(record.body, low, high)
            if not rows.is_empty():
                in_time = (pl.col("occurred_us") >= pl.col("watermark_us")).fill_null(value=True)
                found.append(marked(rows, marks.get(record.pos)).filter(in_time).select(IDENTITY).join(ids, on=IDENTITY, how="semi"))
    return pl.concat(found).unique()


def _rows_between(body: bytes, low: int, high: int) -> pl.DataFrame:
    """The rows of a record, none if it lies outside the span or cannot be read (its rows were listed as poison)."""
    try:
        header = read_header(body)
        outside = header.kind != "rows" or header.max_us is None or header.max_us < low or (header.min_us or 0) > high
        rows = None if outside else unpack(body).rows
    except CorruptRecord:
        rows = None
    return empty_rows() if rows is None else rows
