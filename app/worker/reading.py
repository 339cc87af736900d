"""What does a slice of the log hold? Records decoded, every row with the watermark before its own record (SEMANTICS C2, C3, D9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from app.domain.events import key_expr
from app.log.port import Record
from app.log.record import Unpacked, rows_claimed, unpack
from app.windows.admission import stamp
from app.worker.platform_state import OPEN_SCHEMA

Poison = Callable[[str, Exception, Record, int | None, dict[str, Any] | None], None]
"""(stage, error, record, row index or None for the whole record, the row)."""


@dataclass
class Decoded:
    """One record of a slice: stamped rows, or a control record; `skipped` counts rows that cannot be read."""

    record: Record
    rows: pl.DataFrame
    control: tuple[str, dict[str, Any]] | None = None
    skipped: int = 0
    fates: dict[str, int] = field(default_factory=dict)


def decode(records: list[Record], honour: set[tuple[int, int]], poison: Poison) -> Iterator[Decoded]:
    """Decode records in order. Rows in `honour` (pos, row) were skipped before and stay skipped (D9)."""
    for record in records:
        yield _decode(record, honour, poison)


def _decode(record: Record, honour: set[tuple[int, int]], poison: Poison) -> Decoded:
    try:
        unpacked = unpack(record.body)
    except (MemoryError, OSError):
        raise
    except Exception as first:  # a record that cannot be opened has no rows to split it by
        if (record.pos, -1) not in honour:
            poison("decode", first, record, None, None)
        return Decoded(record, pl.DataFrame(schema=OPEN_SCHEMA), skipped=rows_claimed(record.body))
    if unpacked.rows is None:
        return Decoded(record, pl.DataFrame(schema=OPEN_SCHEMA), control=(unpacked.header.kind, unpacked.control or {}))
    return _stamped(record, unpacked, honour, poison)


def _stamped(record: Record, unpacked: Unpacked, honour: set[tuple[int, int]], poison: Poison) -> Decoded:
    assert unpacked.rows is not None
    rows = unpacked.rows.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    bad = {row for pos, row in honour if pos == record.pos}
    if bad:
        rows = rows.filter(~pl.col("row").is_in(sorted(bad)))
    try:
        return Decoded(record, prepared(rows, record.pos), skipped=len(bad))
    except (MemoryError, OSError):
        raise
    except Exception:
        return _row_by_row(record, rows, len(bad), poison)


def _row_by_row(record: Record, rows: pl.DataFrame, skipped: int, poison: Poison) -> Decoded:
    """The record failed twice over as a whole: find the rows that fail alone, keep the others."""
    good: list[pl.DataFrame] = []
    for index in range(rows.height):
        one = rows.slice(index, 1)
        try:
            good.append(prepared(one, record.pos))
        except (MemoryError, OSError):
            raise
        except Exception as error:
            skipped += 1
            poison("windows", error, record, int(one["row"][0]), one.drop("row").row(0, named=True))
    frame = pl.concat(good) if good else pl.DataFrame(schema=OPEN_SCHEMA)
    return Decoded(record, frame, skipped=skipped)


def prepared(rows: pl.DataFrame, pos: int) -> pl.DataFrame:
    """Rows as panes hold them: pos, key, pane, content hash; the watermark comes later."""
    return (
        stamp(rows.with_columns(pl.lit(pos, pl.Int64).alias("pos"), key_expr()))
        .with_columns(pl.lit(None, pl.Int64).alias("watermark_us"))
        .select(*OPEN_SCHEMA)
    )
