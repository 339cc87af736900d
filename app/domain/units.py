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
    "known_loss": pl.Int64(),  # 1: a minute of it lay under a T1 or T2 cost; an estimate (T3) resolves nothing
    "minutes": pl.Int64(),  # length of the session; null: its start or end was not told
}
OPEN_UNITS_SCHEMA: Final[dict[str, pl.DataType]] = {
    **UNITS_SCHEMA,
    "first_us": pl.Int64(),  # the pair's first row
    "calibration": pl.String(),
    "calibration_level": pl.String(),
    "model_id": pl.String(),
    "first_model_id": pl.String(),  # of the unit's first final; another one later, or empty: two models have scored it
    "p_value": pl.Float64(),
    "level": pl.Int64(),
    "legal_level": pl.Int64(),
    "known_loss": pl.Int64(),
    "units_milli": pl.Int64(),  # sold in the session, net of what was taken back until then
}
"""A unit before its day is sealed: its pair as of its last final before the unit's end."""
LOADED: Final = "loaded"
"""The `calibration` of a unit of a past that was loaded: scored for later calibrations, never tested itself."""
MODEL_CHANGED: Final = "model changed"
"""The `calibration` of a unit that two models have scored: not tested, and no later p rests on it."""
