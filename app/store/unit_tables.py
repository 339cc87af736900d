"""What is kept of tested units? Open ones, sealed days, what a day's q said of findings, spot checks, weekly checks of calibration.

A unit is a pair whose session has ended; it belongs to the day in which it ended (C5). Sealed units are frozen like sealed days.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, Integer, LargeBinary, Table

from app.store.columns import PAIR_COLUMNS, agreed, key, metadata, number, pair, text

open_unit = Table(  # each pair as of its last final before its unit's end; goes when the day is sealed (decision 011)
    "open_unit",
    metadata,
    *pair(),
    number("first_us", False),  # the pair's first row: a unit is over 24 hours later at the latest
    *[text(c) for c in ("stratum", "calibration", "calibration_level", "model_id")],
    agreed("first_model_id"),
    *[Column(c, Float) for c in ("maximum", "p_value")],
    *[number(c, False) for c in ("level", "legal_level", "known_loss", "units_milli")],
)
sealed_units = Table(  # one Arrow frame of app.domain.units.SEALED_UNITS_SCHEMA a day
    "sealed_units",
    metadata,
    key("platform"),
    Column("day", BigInteger, primary_key=True, autoincrement=False),
    text("sha256", False),
    text("origin", False),  # sealed | loaded
    Column("body", LargeBinary, nullable=False),
)
day_verdict = Table(  # what the seal added to a finding: its day's q and the severity that follows (E2); frozen (F2)
    "day_verdict",
    metadata,
    key("finding_id"),
    Column("day", BigInteger, primary_key=True, autoincrement=False),
    Column("q_value", Float, nullable=False),
    number("severity", False),
    number("names_version", False),  # the finding's version it speaks of
    text("sha256", False),
    text("body", False),
)
spot_check = Table(  # unflagged units for an analyst: drawn by chance, so that misses are measured, and those nearest to a flag
    "spot_check",
    metadata,
    key("check_id"),
    *[text(c, False) for c in PAIR_COLUMNS],
    number("day", False),
    Column("p_value", Float),
    text("stratum"),
    text("why", False),  # drawn | top
    text("verdict"),  # lawful | data_error | unlawful_indicated | null: not looked at yet
    text("note"),
    text("actor"),
    number("decided_us"),
    Index(None, "platform", "day"),
)
calibration_check = Table(  # weekly: share of held-back normal units at or under alpha, over alpha (detection-study 1.8)
    "calibration_check",
    metadata,
    key("platform"),
    Column("last_day", BigInteger, primary_key=True, autoincrement=False),
    key("scope"),  # stratum | day | seller
    key("name"),
    Column("alpha", Float, primary_key=True),
    number("units", False),
    number("sellers", False),
    *[Column(c, Float) for c in ("ratio", "low", "high")],
    number("suspended", False),  # 0 or 1
)
feature_count = Table(  # finals per bin of each feature (app.detection.drift), as the model of the day cuts them
    "feature_count",
    metadata,
    Column("partition", Integer, primary_key=True, autoincrement=False),
    key("platform"),
    Column("day", BigInteger, primary_key=True, autoincrement=False),
    key("model_id"),
    text("body", False),  # JSON: feature -> counts, those without a value last
)
