"""Which pairs teach what a loss looks like? Those whose cost is known: sold under it in some closed one-minute window, or never (E1)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from app.detection.features import price_now
from app.domain.events import PAIR
from app.law.costs import resolve_costs
from app.training.dataset import IDS

KNOWN: Final = ("T1", "T2")
KNOWN_FILE: Final = "known_costs*.csv"
KNOWN_SCHEMA: Final = {**{column: pl.String() for column in IDS}, "loss": pl.Boolean(), "owner": pl.String()}
"""`owner`: the seller's owner group, the seller itself where none is established."""


def known_losses(figures: pl.DataFrame, costs: pl.DataFrame, sellers: pl.DataFrame) -> pl.DataFrame:
    """KNOWN_SCHEMA from natural finals: every priced pair with a T1 or T2 cost of its own seller and product (snapshot's tables).

    Every content that a sliding minute ever has stands in some natural final (docs/decisions/002), so no window is missed. A pair counts
    as a loss by the low end of its cost, as L4 does: what only may lie under cost teaches nothing.
    """
    own = costs.filter(pl.col("tier").is_in(KNOWN) & pl.col("seller_id").is_not_null() & pl.col("product_id").is_not_null())
    named = figures.join(own.select("platform", "seller_id", "product_id").unique(), on=("platform", "seller_id", "product_id"), how="semi")
    told = resolve_costs(named.with_columns(pl.lit(None, pl.Int64).alias("claim_cost")), own, accept_costs=False)
    told = told.filter(pl.col("cost_tier").is_in(KNOWN) & price_now().is_not_null())
    under = (pl.col("w1_units") > 0) & (pl.col("w1_value_s") < pl.col("cost_lo").cast(pl.Int128) * pl.col("w1_units"))
    owners = sellers.select("platform", "seller_id", pl.col("owner_group").alias("owner"))
    return (
        told.group_by(IDS)
        .agg(under.any().alias("loss"))
        .join(owners, on=("platform", "seller_id"), how="left")
        .with_columns(pl.coalesce("owner", pl.concat_str(pl.lit("seller:"), "seller_id")).alias("owner"))
        .select(*KNOWN_SCHEMA)
        .sort(IDS)
    )


def read_known(folder: Path) -> pl.DataFrame | None:
    """The label tables of a data folder (KNOWN_SCHEMA; `owner` may be missing), None where it holds none."""
    found = [pl.read_csv(p, schema_overrides=dict(KNOWN_SCHEMA)) for p in sorted(folder.rglob(KNOWN_FILE))]
    if not found:
        return None
    known = pl.concat(found, how="diagonal")
    if "owner" not in known.columns:
        known = known.with_columns(pl.lit(None, pl.String).alias("owner"))
    alone = pl.concat_str(pl.lit("seller:"), "seller_id")
    return known.with_columns(pl.coalesce("owner", alone).alias("owner")).select(*KNOWN_SCHEMA)


def lowest_rows(figures: pl.DataFrame) -> pl.DataFrame:
    """One row per pair: its final with the lowest price, the first of equals. A session's highest probability stands there."""
    priced = figures.with_columns(price_now().alias("__p")).filter(pl.col("__p").is_not_null())
    return priced.sort(*PAIR, "__p", "pane").group_by(PAIR, maintain_order=True).first().drop("__p").select(figures.columns)
