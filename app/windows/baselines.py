"""What was normal before? History of a seller's product and of its market, from sealed days only (SEMANTICS D2, E6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from app.windows.usual import Usual, usual

HISTORY_DAYS: Final = 28
WEEK_DAYS: Final = 7
MATCHED: Final = 0.9
"""Below this match score two products are not the same thing, and no rule compares them (A3)."""
OWN = ("platform", "seller_id", "product_id", "key")


@dataclass(frozen=True)
class Baselines:
    """What one platform's sealed days say as of one day; `of` answers for the products that are asked for."""

    own: pl.DataFrame
    seller_units: pl.DataFrame
    habits: pl.DataFrame  # platform, seller_id, seller_discount: how far under its list price a seller usually sells (ln)
    market: pl.DataFrame  # key, owner, mean: each owner's median in each key
    rivals: pl.DataFrame  # group, owner, mean: each owner's median p_b in each match group
    sellers: pl.DataFrame
    matched: pl.DataFrame  # platform, product_id, group
    usual: Usual

    def of(self, wanted: pl.DataFrame) -> pl.DataFrame:
        """One row per wanted (platform, seller, product, key), with or without a past of its own: a new product has rivals too."""
        asked = _owned(wanted.select(OWN).unique(), self.sellers)
        market = _others(asked, self.market, "key", "mean", "market_median")
        grouped = asked.join(self.matched, on=("platform", "product_id"))
        rivals = _others(grouped, self.rivals, "group", "mean", "rivals_median_pb", "rivals").sort(*OWN, "group")
        first = rivals.unique(OWN, keep="first", maintain_order=True)  # a product matched into several groups: the first by name
        return (
            asked.select(OWN)
            .join(self.own, on=OWN, how="left")
            .join(self.seller_units, on=("platform", "seller_id"), how="left")
            .join(self.habits, on=("platform", "seller_id"), how="left")
            .join(market.select(*OWN, "market_median"), on=OWN, how="left")
            .join(first.select(*OWN, "rivals", "rivals_median_pb"), on=OWN, how="left")
            .with_columns(pl.col("rivals").fill_null(0), pl.col("own_days").fill_null(0))
            .sort(OWN)
        )

    def beside(self, figures: pl.DataFrame) -> pl.DataFrame:
        """figures + what `of` says of their products, and what is usual around them; rows and order kept."""
        joined = figures.join(self.of(figures), on=OWN, how="left", maintain_order="left")
        owned = _owned(figures.select("platform", "seller_id").unique(), self.sellers)
        return self.usual.beside(joined, owned.select("platform", "seller_id", "owner"), self.matched)


def baselines(days: pl.DataFrame, last_day: int, sellers: pl.DataFrame, catalogue: pl.DataFrame) -> Baselines:
    """Baselines of one platform from SEALED_DAY_SCHEMA, 28 days up to `last_day`.

    Columns that `of` gives: see docs/architecture.md 4, from own_days to fair_price_7d.
    """
    past = days.filter(pl.col("day").is_between(last_day - HISTORY_DAYS + 1, last_day))
    matched = catalogue.filter(pl.col("match_group").is_not_null() & (pl.col("match_score").fill_null(1.0) >= MATCHED)).select(
        "platform", "product_id", pl.col("match_group").alias("group")
    )
    owned = _owned(past, sellers)
    own = _own(past, last_day)
    return Baselines(
        own, _seller_units(past), _habits(own), _market(owned), _rivals(owned, matched), sellers, matched, usual(owned, matched)
    )


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
    """Units of 28 days, and the usual length of the seller's lives: lower median over the days whose longest session is known."""
    daily = past.group_by("platform", "seller_id", "day").agg(pl.col("units_milli").sum(), pl.col("session_minutes").max())
    known = pl.col("session_minutes").drop_nulls()
    return daily.group_by("platform", "seller_id").agg(
        pl.col("units_milli").sum().alias("seller_units_28d"),
        known.quantile(0.5, "lower").cast(pl.Int64).alias("seller_usual_minutes"),
    )


def _habits(own: pl.DataFrame) -> pl.DataFrame:
    """Each seller's usual discount: the median over its products of ln(own_median_list / own_median_ps)."""
    listed = own.filter((pl.col("own_median_list") > 0) & (pl.col("own_median_ps") > 0))
    discount = (pl.col("own_median_list") / pl.col("own_median_ps")).log()
    return listed.group_by("platform", "seller_id").agg(discount.median().round_sig_figs(12).alias("seller_discount"))


def _owned(past: pl.DataFrame, sellers: pl.DataFrame) -> pl.DataFrame:
    """Add `owner`: the owner group, the seller itself where none is established (A3: leave out the whole group)."""
    groups = sellers.select("platform", "seller_id", "owner_group")
    return past.join(groups, on=("platform", "seller_id"), how="left").with_columns(
        pl.coalesce("owner_group", pl.concat_str(pl.lit("seller:"), "seller_id")).alias("owner")
    )


def _market(owned: pl.DataFrame) -> pl.DataFrame:
    """Each owner's median daily mean p_s in a key: the others' median feeds the forest, never a rule."""
    daily = owned.filter(pl.col("clean_units") > 0).with_columns(
        (pl.col("clean_value_s").cast(pl.Float64) / pl.col("clean_units")).alias("mean")
    )
    return daily.group_by("key", "owner").agg(pl.col("mean").median())


def _rivals(owned: pl.DataFrame, matched: pl.DataFrame) -> pl.DataFrame:
    """Each owner's median daily mean p_b of matched products (A3, R06)."""
    daily = (
        owned.filter(pl.col("units_b") > 0)
        .join(matched, on=("platform", "product_id"))
        .with_columns((pl.col("value_b").cast(pl.Float64) / pl.col("units_b")).alias("mean"))
    )
    return daily.group_by("group", "owner").agg(pl.col("mean").median())


def _others(asked: pl.DataFrame, by_owner: pl.DataFrame, within: str, value: str, name: str, count: str | None = None) -> pl.DataFrame:
    """Add to what is asked for the median over owners other than its own, and how many they are."""
    pairs = asked.select(within, "owner").unique().join(by_owner.rename({"owner": "__other"}), on=within)
    aggs = [pl.col(value).median().alias(name)]
    if count is not None:
        aggs.append(pl.len().cast(pl.Int64).alias(count))
    others = pairs.filter(pl.col("owner") != pl.col("__other")).group_by(within, "owner").agg(aggs)
    return asked.join(others, on=(within, "owner"), how="left")
