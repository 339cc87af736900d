"""What does the same thing cost at others? The median known cost of matched products at other owners, from configuration alone (D2).

Known are cost rows that name a seller and a product: T1 papers and T2 declarations. Matched is what the catalogue puts in one match
group with a score of 0.9 or more (A3). The judged seller's whole owner group is left out, so that its own cost never enters. It feeds
loss_probability and no rule: docs/decisions/008.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from app.domain.snapshot import Snapshot
from app.domain.time import DAY_US, PANE_US
from app.windows.baselines import MATCHED

KNOWN_TIERS: Final = ("T1", "T2")
WHAT: Final = ("platform", "seller_id", "product_id", "currency")
BENCHMARK_SCHEMA: Final = {"benchmark_cost": pl.Float64(), "benchmark_owners": pl.Int64()}


@dataclass(frozen=True)
class Benchmarks:
    """A snapshot's known costs by match group and owner; which products are matched; who owns which seller."""

    known: pl.DataFrame  # platform, group, currency, owner, seller_id, product_id, tier, valid_from_us, valid_to_us, cost
    matched: pl.DataFrame  # platform, product_id, group
    owners: pl.DataFrame  # platform, seller_id, owner


def benchmarks(snapshot: Snapshot) -> Benchmarks:
    """Once per snapshot."""
    catalogue, sellers = snapshot.catalogue, snapshot.sellers
    same = pl.col("match_group").is_not_null() & (pl.col("match_score").fill_null(1.0) >= MATCHED)
    matched = catalogue.filter(same).select("platform", "product_id", pl.col("match_group").alias("group"))
    matched = matched.drop_nulls().unique(("platform", "product_id"), keep="first", maintain_order=True)
    owners = sellers.select("platform", "seller_id", pl.col("owner_group").alias("owner")).drop_nulls()
    owners = owners.unique(("platform", "seller_id"), keep="first", maintain_order=True)
    named = pl.all_horizontal(pl.col("seller_id", "product_id").is_not_null())
    known = _owned(snapshot.costs.filter(pl.col("tier").is_in(KNOWN_TIERS) & named), owners).join(matched, on=("platform", "product_id"))
    return Benchmarks(
        known.select(
            *("platform", "group", "currency", "owner", "seller_id", "product_id", "tier"),
            pl.col("valid_from_us").fill_null(0),
            "valid_to_us",
            ((pl.col("cost_lo").cast(pl.Float64) + pl.col("cost_hi")) / 2).alias("cost"),
        ).filter(pl.col("cost") > 0),
        matched,
        owners,
    )


def with_benchmarks(figures: pl.DataFrame, found: Benchmarks, offset_us: int) -> pl.DataFrame:
    """figures + benchmark_cost (smallest unit, null where no other owner's cost is known) and benchmark_owners; same rows, same order.

    A cost counts on a local date if it is valid at the date's first microsecond: all panes of a date read one benchmark.
    """
    if found.known.is_empty() or figures.is_empty():
        return figures.with_columns(pl.lit(None, pl.Float64).alias("benchmark_cost"), pl.lit(0, pl.Int64).alias("benchmark_owners"))
    dated = figures.with_columns(((pl.col("pane") * PANE_US + offset_us) // DAY_US).alias("__date"))
    asked = dated.select(*WHAT, "__date").unique()
    table = _others(asked, found, offset_us)
    return (
        dated.join(table, on=(*WHAT, "__date"), how="left", maintain_order="left")
        .with_columns(pl.col("benchmark_owners").fill_null(0))
        .drop("__date")
    )


def _others(asked: pl.DataFrame, found: Benchmarks, offset_us: int) -> pl.DataFrame:
    """WHAT, __date and both columns: the median over other owners of each owner's own median."""
    wanted = _owned(asked.join(found.matched, on=("platform", "product_id")), found.owners)
    within = ["platform", "group", "currency", "__date"]
    by_owner = _by_owner(wanted.select(within).unique(), found.known, offset_us)
    pairs = wanted.select(*within, "owner").unique().join(by_owner.rename({"owner": "__other"}), on=within)
    benchmark = (
        pairs.filter(pl.col("owner") != pl.col("__other"))
        .group_by(*within, "owner")
        .agg(pl.col("cost").median().alias("benchmark_cost"), pl.len().cast(pl.Int64).alias("benchmark_owners"))
    )
    return wanted.join(benchmark, on=(*within, "owner")).select(*WHAT, "__date", *BENCHMARK_SCHEMA)


def _by_owner(dates: pl.DataFrame, known: pl.DataFrame, offset_us: int) -> pl.DataFrame:
    """Each owner's median cost in a group on a date; of one product's rows the better tier's newest counts, then the lower cost."""
    moment = pl.col("__date") * DAY_US - offset_us
    valid = (pl.col("valid_from_us") <= moment) & (pl.col("valid_to_us").is_null() | (moment < pl.col("valid_to_us")))
    rows = dates.join(known, on=("platform", "group", "currency")).filter(valid)
    one = ["platform", "group", "currency", "__date", "owner", "seller_id", "product_id"]
    best = rows.sort(*one, "tier", -pl.col("valid_from_us"), "cost").unique(one, keep="first", maintain_order=True)
    return best.group_by(*one[:5]).agg(pl.col("cost").median())


def _owned(rows: pl.DataFrame, owners: pl.DataFrame) -> pl.DataFrame:
    """Add `owner`: the owner group, the seller itself where none is established (A3)."""
    alone = pl.concat_str(pl.lit("seller:"), "seller_id")
    return rows.join(owners, on=("platform", "seller_id"), how="left").with_columns(pl.coalesce("owner", alone).alias("owner"))
