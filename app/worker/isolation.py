"""What if judging fails? Halve the pairs, then the panes, until only what fails is left out (SEMANTICS D9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
from sqlalchemy.exc import SQLAlchemyError

from app.domain.events import CONTEXT_TYPES, PAIR, PAIR_TYPES
from app.findings.known import Known
from app.windows.carry import PRICES_SCHEMA, Carry
from app.windows.days import part_without_finals
from app.windows.figures import closing
from app.windows.prices import price_rows
from app.worker import carrying
from app.worker.closing import Closed, close_panes
from app.worker.context import Context
from app.worker.platform_state import PlatformState

Unjudged = Callable[[dict[str, Any], int, Exception, pl.DataFrame], None]
"""(pair, pane, error, rows of the pair in the pane)."""


def close_isolated(state: PlatformState, platform: str, last: int, context: Context, known: Known, unjudged: Unjudged) -> list[Closed]:
    """Close every pane up to `last`; a pair that cannot be judged in a pane is reported there, all others are judged."""
    first = _first(state, last)
    rows = state.open_rows.filter(pl.col("pane") <= last)

    def attempt(rows: pl.DataFrame, carry: Carry, first: int, last: int) -> list[Closed]:
        try:
            return [close_panes(rows, carry, platform, first, last, context, known, state.low_pos())]
        except (MemoryError, OSError, SQLAlchemyError):
            raise  # not the rows' fault: the loop stops, readiness falls
        except Exception as error:
            return split(rows, carry, first, last, error)

    def split(rows: pl.DataFrame, carry: Carry, first: int, last: int, error: Exception) -> list[Closed]:
        pairs = _pairs(rows, carry)
        if pairs.height > 1:
            half = pairs.height // 2
            return [c for part in (pairs[:half], pairs[half:]) for c in attempt(_rows_of(rows, part), _carry_of(carry, part), first, last)]
        if pairs.is_empty():
            raise error
        if first < last:
            middle = _middle(rows, first, last)
            before = attempt(rows.filter(pl.col("pane") <= middle), carry, first, middle)
            for closed in before:
                carry = carrying.merged(carry, closed.news)
            return before + attempt(rows.filter(pl.col("pane") > middle), carry, middle + 1, last)
        unjudged(pairs.row(0, named=True), last, error, rows)
        return _only_sums(rows, carry, first, last, context.snapshot.rule(platform).day_offset_us, platform)

    return attempt(rows, state.carry, first, last)


def _only_sums(rows: pl.DataFrame, carry: Carry, first: int, last: int, offset_us: int, platform: str) -> list[Closed]:
    """What was counted stays counted: the pane's sums enter later windows and the day, though nobody could judge them (D9)."""
    try:
        panes = closing(rows, carry, first, last)
        parts = part_without_finals(rows.filter(pl.col("type").is_in(PAIR_TYPES)), panes.news, offset_us)
    except Exception:  # the sums themselves cannot be made: the rows are listed with the pair
        return []
    empty = Carry(carry.pairs.clear(), price_rows(rows).select(*PRICES_SCHEMA), panes.news, panes.carry.sessions.clear())
    return [Closed(platform, panes, carry.pairs.clear().select(PAIR), [], empty, parts)]


def isolated(pairs: pl.DataFrame, look: Callable[[pl.DataFrame], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """What `look` says of the pairs, less those of which it cannot say anything: their finals will be listed as unjudged (D9)."""
    try:
        return look(pairs)
    except (MemoryError, OSError, SQLAlchemyError):
        raise
    except Exception:
        if pairs.height <= 1:
            return []
        half = pairs.height // 2
        return isolated(pairs[:half], look) + isolated(pairs[half:], look)


def _first(state: PlatformState, last: int) -> int:
    if state.fired is not None:
        return state.fired + 1
    earliest = state.open_rows["pane"].min()
    return last if earliest is None else min(last, int(earliest))  # type: ignore[arg-type]


def _middle(rows: pl.DataFrame, first: int, last: int) -> int:
    """Halve by the panes that hold rows: a long empty stretch is not worth a hundred halvings."""
    panes = rows["pane"].unique().sort()
    middle = int(panes[len(panes) // 2 - 1]) if len(panes) > 1 else (int(panes[0]) if len(panes) else (first + last) // 2)
    if len(panes) == 1:  # the one pane with rows alone: what lies before, itself, what lies behind
        middle = middle - 1 if middle > first else middle
    return max(first, min(middle, last - 1))


def _pairs(rows: pl.DataFrame, carry: Carry) -> pl.DataFrame:
    seen = [rows.filter(pl.col("type").is_in(PAIR_TYPES)), carry.pairs, carry.sums, carry.prices]
    return pl.concat([frame.select(PAIR) for frame in seen]).unique().sort(PAIR)


def _rows_of(rows: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    context = rows.filter(pl.col("type").is_in(CONTEXT_TYPES))
    return pl.concat([context, rows.join(pairs, on=PAIR, how="semi", maintain_order="left").filter(pl.col("type").is_in(PAIR_TYPES))])


def _carry_of(carry: Carry, pairs: pl.DataFrame) -> Carry:
    def mine(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.join(pairs, on=PAIR, how="semi", maintain_order="left")

    return Carry(mine(carry.pairs), mine(carry.prices), mine(carry.sums), carry.sessions)
