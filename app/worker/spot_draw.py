"""Which units that nobody was told of does a person look at? Half a percent by a hash of their names, so misses are measured, and the top.

The top 2 % of a calibration is where units hide that should not be in it; a verdict takes them out (DESIGN.md 4.8). It measures no misses.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

import polars as pl

from app.domain.events import PAIR
from app.domain.identity import name
from app.store.spot_checks import DRAWN, TOP

SHARE: Final = 0.005
"""With 0.5 % of 3,000 units a night about fifteen are read; a month of them bounds the miss share to about one percent."""
TOP_SHARE: Final = 0.02
"""A p that small is told by the highest 2 % of its calibration."""


def drawn(units: pl.DataFrame, day: int) -> list[dict[str, Any]]:
    """Rows of `spot_check` from one day's units (SEALED_UNITS_SCHEMA): tested, never above L0, hit by the hash or rare.

    The hash reads platform, day and pair only: the draw is the same on every machine, and nobody can steer it by a price. One that is
    hit and rare has been drawn: its `why` is `drawn`, that of the other rare ones `top`.
    """
    quiet = units.filter(pl.col("p_value").is_not_null() & (pl.col("level") == 0) & (pl.col("legal_level") == 0))
    rows = quiet.select(*PAIR, pl.lit(day, pl.Int64).alias("day"), "p_value", "stratum").to_dicts()
    said = ((row, DRAWN if _hit(day, row) else TOP) for row in rows if row["p_value"] <= TOP_SHARE or _hit(day, row))
    return [{"check_id": name("k", str(day), *(row[c] for c in PAIR)), **row, "why": why} for row, why in said]


def _hit(day: int, row: dict[str, Any]) -> bool:
    text = "\x1f".join([str(row["platform"]), str(day), *(str(row[c]) for c in PAIR[1:])])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) / 2.0**64 < SHARE
