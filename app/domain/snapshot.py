"""Which configuration judges a pane? One immutable snapshot with a rising version (SEMANTICS D6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import polars as pl

from app.domain.units import UNITS_SCHEMA

SELLERS_SCHEMA: Final[dict[str, pl.DataType]] = {
    "platform": pl.String(),
    "seller_id": pl.String(),
    "size_class": pl.String(),  # micro | small | medium | large | null
    "size_status": pl.String(),  # known | declared | unknown (A4)
    "size_source": pl.String(),
    "size_dated": pl.String(),
    "owner_group": pl.String(),  # null: owner not established
    "owner_size_class": pl.String(),  # size of the controlling owner; null: none known
    "role": pl.String(),  # producer | distributor | reseller | null
    "province": pl.String(),
}
COSTS_SCHEMA: Final[dict[str, pl.DataType]] = {
    "platform": pl.String(),
    "seller_id": pl.String(),  # null: benchmark for every seller of the product or category
    "product_id": pl.String(),  # null: benchmark of the category
    "category_id": pl.String(),
    "currency": pl.String(),
    "tier": pl.String(),  # T1 accepted document, T2 published benchmark, T3 estimate
    "cost_lo": pl.Int64(),
    "cost_hi": pl.Int64(),
    "valid_from_us": pl.Int64(),
    "valid_to_us": pl.Int64(),  # exclusive; null: open
    "source": pl.String(),  # document hash for T1
}
CATALOGUE_SCHEMA: Final[dict[str, pl.DataType]] = {
    "platform": pl.String(),
    "product_id": pl.String(),
    "category_id": pl.String(),
    "match_group": pl.String(),  # matched products share it (A3); null: unmatched
    "match_score": pl.Float64(),
    "shelf_life_days": pl.Int64(),
    "shelf_life_source": pl.String(),
    "name": pl.String(),
}
"""A row with null product_id speaks for its whole category (shelf life only, never matching)."""
CALENDAR_SCHEMA: Final[dict[str, pl.DataType]] = {
    "day": pl.Int64(),  # local day number
    "campaign": pl.String(),
}


@dataclass(frozen=True, slots=True)
class PlatformRule:
    """Per-platform clock settings."""

    lateness_us: int = 60_000_000
    day_offset_us: int = 7 * 3600 * 1_000_000


@dataclass(frozen=True)
class Snapshot:
    """Everything but the log that a final judgement may read, in one version."""

    version: int
    sellers: pl.DataFrame
    costs: pl.DataFrame
    catalogue: pl.DataFrame
    calendar: pl.DataFrame
    senders: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """platform -> key ids whose heartbeats speak for it (C4)."""
    platforms: dict[str, PlatformRule] = field(default_factory=dict)
    model_id: str | None = None
    shadow_model_id: str | None = None
    """A candidate that scores the same finals beside the serving model; nothing is judged by it."""
    calibration: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=UNITS_SCHEMA))
    """Own units of the platforms under the serving model (UNITS_SCHEMA); strata without enough of them borrow the model's own."""
    suspended: tuple[str, ...] = ()
    """Strata whose weekly check failed: novelty says nothing there."""
    alpha_open: float = 0.01
    accept_costs: bool = False
    """`kawal score --accept-costs`: claimed unit costs count as T1, for evaluation only."""
    hashes: dict[str, str] = field(default_factory=dict)
    """content hash per reference table: the `input hashes` of a final (D3)."""

    def rule(self, platform: str) -> PlatformRule:
        """Clock settings of a platform, defaults where none were set."""
        return self.platforms.get(platform, PlatformRule())


def empty_snapshot() -> Snapshot:
    """Version 0: nothing known about anyone."""
    return Snapshot(
        version=0,
        sellers=pl.DataFrame(schema=SELLERS_SCHEMA),
        costs=pl.DataFrame(schema=COSTS_SCHEMA),
        catalogue=pl.DataFrame(schema=CATALOGUE_SCHEMA),
        calendar=pl.DataFrame(schema=CALENDAR_SCHEMA),
    )
