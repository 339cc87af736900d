"""How is carried state written and read back? Arrow deltas per kind, the last row of a key wins (SEMANTICS D4)."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import polars as pl

from app.domain.events import PAIR, SESSION
from app.windows.carry import PAIRS_SCHEMA, PRICES_SCHEMA, SESSIONS_SCHEMA, Carry, empty_carry, forget
from app.windows.sales import SUM_SCHEMA
from app.worker.platform_state import OPEN_SCHEMA, PlatformState

KINDS: Final[dict[str, tuple[Mapping[str, pl.DataType], tuple[str, ...]]]] = {
    "pairs": (PAIRS_SCHEMA, PAIR),
    "prices": (PRICES_SCHEMA, (*PAIR, "occurred_us", "event_id")),
    "sums": (SUM_SCHEMA, (*PAIR, "pane", "effective")),
    "sessions": (SESSIONS_SCHEMA, SESSION),
}
PARKED: Final = "open_rows"


def to_bytes(frame: pl.DataFrame) -> bytes:
    """Arrow IPC stream, lz4."""
    buffer = io.BytesIO()
    frame.write_ipc_stream(buffer, compression="lz4")
    return buffer.getvalue()


def from_bytes(body: bytes) -> pl.DataFrame:
    """The frame that to_bytes wrote."""
    return pl.read_ipc_stream(io.BytesIO(body))


def deltas(news: Carry) -> dict[str, bytes]:
    """What the closing panes changed, by kind; kinds without a change are left out."""
    frames = {kind: getattr(news, kind) for kind in KINDS}
    return {kind: to_bytes(frame) for kind, frame in frames.items() if not frame.is_empty()}


def fold(bodies: Mapping[str, list[bytes]]) -> Carry:
    """Deltas in order, folded: the last row of each key wins."""
    frames: dict[str, pl.DataFrame] = {}
    for kind, (schema, key) in KINDS.items():
        parts = [from_bytes(b) for b in bodies.get(kind, [])]
        whole = pl.concat([pl.DataFrame(schema=schema), *[_as(p, schema) for p in parts]])
        frames[kind] = whole.unique(key, keep="last", maintain_order=True).sort(key)
    return Carry(**frames)


def _as(part: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    # a delta of the version before has no value for what is carried since: unknown, not unreadable
    return part.select(pl.col(c) if c in part.columns else pl.lit(None, dtype=kind).alias(c) for c, kind in schema.items())


def of_platform(whole: Carry, platform: str, fired: int | None) -> Carry:
    """One platform's part of a folded carry, without what its fired panes have made forgettable."""
    mine = {kind: getattr(whole, kind).filter(pl.col("platform") == platform) for kind in KINDS}
    carry = Carry(**mine)
    return carry if fired is None else forget(carry, fired)


def whole(states: Mapping[str, PlatformState]) -> dict[str, bytes]:
    """The full carried state of every platform, to replace all deltas."""
    carries = [s.carry for s in states.values()] or [empty_carry()]
    return {kind: to_bytes(pl.concat([getattr(c, kind) for c in carries])) for kind in KINDS}


def parked(states: Mapping[str, PlatformState]) -> bytes:
    """Open rows of the platforms that fell silent (D4)."""
    rows = [s.open_rows.filter(pl.col("pos") < s.parked_pos) for s in states.values()]
    return to_bytes(pl.concat([pl.DataFrame(schema=OPEN_SCHEMA), *rows]))


def with_parked(states: Mapping[str, PlatformState], bodies: list[bytes]) -> None:
    """Give parked open rows back to their platforms."""
    if not bodies:
        return
    rows = from_bytes(bodies[-1])
    for platform, state in states.items():
        mine = rows.filter((pl.col("platform") == platform) & (pl.col("pane") > (-1 if state.fired is None else state.fired)))
        state.open_rows = pl.concat([state.open_rows, mine.select(*OPEN_SCHEMA)])


def merged(old: Carry, news: Carry) -> Carry:
    """The carry with the news of closed panes over it."""
    frames = {}
    for kind, (_, key) in KINDS.items():
        both = pl.concat([getattr(old, kind), getattr(news, kind)])
        frames[kind] = both.unique(key, keep="last", maintain_order=True).sort(key)
    return replace(old, **frames)
