"""Which units that nobody was told of does a person look at? Half a percent, drawn by a hash of their names, so misses are measured."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import polars as pl

from app.domain.events import PAIR
from app.domain.identity import name

SHARE: Final = 0.005
"""With 0.5 % of 3,000 units a night about fifteen are read; a month of them bounds the miss share to about one percent."""


def drawn(units: pl.DataFrame, day: int) -> list[dict[str, Any]]:
    """Rows of `spot_check` from one day's units (SEALED_UNITS_SCHEMA): tested, never above L0, and hit by the hash.

    The hash reads platform, day and pair only: the draw is the same on every machine, and nobody can steer it by a price.
    """
    quiet = units.filter(pl.col("p_value").is_not_null() & (pl.col("level") == 0) & (pl.col("legal_level") == 0))
    rows = quiet.select(*PAIR, pl.lit(day, pl.Int64).alias("day"), "p_value", "stratum").to_dicts()
    return [{"check_id": name("k", str(day), *(row[c] for c in PAIR)), **row} for row in rows if _hit(day, row)]


def _hit(day: int, row: dict[str, Any]) -> bool:
    text = "\x1f".join([str(row["platform"]), str(day), *(str(row[c]) for c in PAIR[1:])])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) / 2.0**64 < SHARE
