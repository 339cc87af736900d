"""What is a tested unit? A pair whose session has ended, with its running maximum, p and the q of its day (DESIGN.md 4.8)."""

from __future__ import annotations

from typing import Final

import polars as pl

from app.domain.events import PAIR

UNITS_SCHEMA: Final[dict[str, pl.DataType]] = {**{name: pl.String() for name in PAIR}, "stratum": pl.String(), "maximum": pl.Float64()}
"""What a calibration is made of: one row per pair of whole sessions that ever had a price."""
SEALED_UNITS_SCHEMA: Final[dict[str, pl.DataType]] = {
    **UNITS_SCHEMA,
    "model_id": pl.String(),  # whose maximum it is: maxima of two models are never mixed
    "calibration": pl.String(),  # ok | borrowed | not enough calibration ...: what the p rests on
    "p_value": pl.Float64(),  # as it stood at the session's end; null: not tested
    "q_value": pl.Float64(),  # Benjamini-Hochberg over all units tested that platform-day
    "level": pl.Int64(),
    "legal_level": pl.Int64(),
    "minutes": pl.Int64(),  # length of the session; null: its start or end was not told
}
