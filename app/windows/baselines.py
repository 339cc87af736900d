"""What was normal before? History of a seller's product and of its market, from sealed days only (SEMANTICS D2, E6)."""

from __future__ import annotations

from typing import Final

import polars as pl

HISTORY_DAYS: Final = 28
WEEK_DAYS: Final = 7
MATCHED: Final = 0.9
"""Below this match score two products are not the same thing, and no rule compares them (A3)."""
OWN = ("platform", "seller_id", "product_id", "key")


def baselines(days: pl.DataFrame, last_day: int, sellers: pl.DataFrame, catalogue: pl.DataFrame) -> pl.DataFrame:
    """One row per (platform, seller, product, key) with history within 28 days up to `last_day`.

    days: SEALED_DAY_SCHEMA of one platform. Columns added: see docs/architecture.md 4, from own_days to fair_price_7d.
    """
    past = days.filter(pl.col("day").is_between(last_day - HISTORY_DAYS + 1, last_day))
    facts = _own(past, last_day).join(_seller_units(past), on=("platform", "seller_id"), how="left")
    facts = facts.join(_market(past, sellers), on=OWN, how="left")
    return facts.join(_rivals(past, sellers, catalogue), on=OWN, how="left").with_columns(pl.col("rivals").fill_null(0)).sort(OWN)


def _own(past: pl.DataFrame, last_day: int) -> pl.DataFrame:
    week = pl.col("day") > last_day - WEEK_DAYS
    clean = pl.col("clean_units") > 0
    daily = pl.col("clean_value_s").cast(pl.Float64) / pl.col("clean_units")
    mean = (pl.col("value_s") // pl.col("units_milli")).cast(pl.Int64)
    sold = pl.col("units_milli") > 0
    return past.group_by(OWN).agg(
        clean.sum().cast(pl.Int64).alias("own_days"),
        daily.filter(clean).median().alias("own_median_ps"),
        pl.col("clean_median_list").filter(clean).median().alias("own_median_list"),
        (pl.col("units_milli").sum() // HISTORY_DAYS).alias("mean_daily_units"),
        pl.col("below_units").filter(week).sum().alias("below_units_7d"),
        pl.col("units_milli").filter(week).sum().alias("units_7d"),
        (week & sold).sum().cast(pl.Int64).alias("sale_days_7d"),
        (pl.col("below_units") > 0).sum().cast(pl.Int64).alias("below_days_28d"),
        mean.filter(week & sold).max().alias("fair_price_7d"),
    )


def _seller_units(past: pl.DataFrame) -> pl.DataFrame:
    return past.group_by("platform", "seller_id").agg(pl.col("units_milli").sum().alias("seller_units_28d"))


def _owned(past: pl.DataFrame, sellers: pl.DataFrame) -> pl.DataFrame:
    """Add `owner`: the owner group, the seller itself where none is established (A3: leave out the whole group)."""
    groups = sellers.select("platform", "seller_id", "owner_group")
    return past.join(groups, on=("platform", "seller_id"), how="left").with_columns(
        pl.coalesce("owner_group", pl.concat_str(pl.lit("seller:"), "seller_id")).alias("owner")
    )


def _market(past: pl.DataFrame, sellers: pl.DataFrame) -> pl.DataFrame:
    """Median over other owners of their median daily mean p_s in the same key: feeds the forest, never a rule."""
    daily = _owned(past.filter(pl.col("clean_units") > 0), sellers).with_columns(
        (pl.col("clean_value_s").cast(pl.Float64) / pl.col("clean_units")).alias("mean")
    )
    by_owner = daily.group_by("key", "owner").agg(pl.col("mean").median())
    targets = daily.select("key", "owner").unique()
    others = _others(targets, by_owner, "key", "mean", "market_median")
    return daily.select(*OWN, "owner").unique(OWN).join(others, on=("key", "owner")).select(*OWN, "market_median")


def _rivals(past: pl.DataFrame, sellers: pl.DataFrame, catalogue: pl.DataFrame) -> pl.DataFrame:
    """Matched rivals of other owner groups: how many, and the median of their median daily mean p_b (A3, R06)."""
    matched = catalogue.filter(pl.col("match_group").is_not_null() & (pl.col("match_score").fill_null(1.0) >= MATCHED)).select(
        "platform", "product_id", pl.col("match_group").alias("group")
    )
    daily = (
        _owned(past.filter(pl.col("units_b") > 0), sellers)
        .join(matched, on=("platform", "product_id"))
        .with_columns((pl.col("value_b").cast(pl.Float64) / pl.col("units_b")).alias("mean"))
    )
    by_owner = daily.group_by("group", "owner").agg(pl.col("mean").median())
    own = _owned(past, sellers).select(*OWN, "owner").unique(OWN).join(matched, on=("platform", "product_id"))
    others = _others(own.select("group", "owner").unique(), by_owner, "group", "mean", "rivals_median_pb", "rivals")
    return own.join(others, on=("group", "owner")).select(*OWN, "rivals", "rivals_median_pb").unique(OWN)


def _others(targets: pl.DataFrame, by_owner: pl.DataFrame, within: str, value: str, name: str, count: str | None = None) -> pl.DataFrame:
    pairs = targets.join(by_owner.rename({"owner": "__other"}), on=within).filter(pl.col("owner") != pl.col("__other"))
    aggs = [pl.col(value).median().alias(name)]
    if count is not None:
        aggs.append(pl.len().cast(pl.Int64).alias(count))
    return pairs.group_by(within, "owner").agg(aggs)
