"""What is usual around a product? The same product at other sellers, the category's usual discount, the platform's usual list price.

From the clean parts of sealed days (E6), like every history feature. All three only rank: no rule reads them, because equal product ids
are weaker than a match of the catalogue (A3), and a category mixes goods.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

UPPER: Final = 0.75
LEAST_GOODS: Final = 20
"""Product ids under which a quartile says nothing of a category: the platform's goods in that currency stand in, if they are as many."""
PRODUCT: Final = ("platform", "seller_id", "product_id", "key", "currency")


@dataclass(frozen=True)
class Usual:
    """As of one day, one platform."""

    peers: pl.DataFrame  # goods, currency, owner, mean: each owner's median daily mean p_s of the same goods
    discounts: pl.DataFrame  # key, currency, category_discount
    lists: pl.DataFrame  # currency, market_list, market_discount

    def beside(self, figures: pl.DataFrame, owned: pl.DataFrame, matched: pl.DataFrame) -> pl.DataFrame:
        """figures (platform, seller_id, product_id, key, currency) + peers_median, category_discount, market_list; rows and order kept.

        owned: platform, seller_id, owner; the pair's whole owner group is left out of its peers.
        """
        asked = figures.select("platform", "seller_id", "product_id", "currency").unique()
        named = _goods(asked, matched).join(owned.unique(("platform", "seller_id")), on=("platform", "seller_id"), how="left")
        others = named.join(self.peers.rename({"owner": "other"}), on=("goods", "currency")).filter(pl.col("owner") != pl.col("other"))
        medians = others.group_by("platform", "seller_id", "product_id", "currency").agg(pl.col("mean").median().alias("peers_median"))
        return (
            figures.join(medians, on=("platform", "seller_id", "product_id", "currency"), how="left", maintain_order="left")
            .join(self.discounts, on=("key", "currency"), how="left", maintain_order="left")
            .join(self.lists, on="currency", how="left", maintain_order="left")
            .with_columns(pl.coalesce("category_discount", "market_discount").alias("category_discount"))
            .drop("market_discount")
        )


def usual(owned: pl.DataFrame, matched: pl.DataFrame) -> Usual:
    """From the days that may be read (SEALED_DAY_SCHEMA + owner) and the catalogue's matches (platform, product_id, group)."""
    daily = owned.filter(pl.col("clean_units") > 0).with_columns(
        (pl.col("clean_value_s").cast(pl.Float64()) / pl.col("clean_units")).alias("mean")
    )
    peers = _goods(daily, matched).group_by("goods", "currency", "owner").agg(pl.col("mean").median())
    products = daily.group_by(PRODUCT).agg(pl.col("mean").median(), pl.col("clean_median_list").median().alias("list"))
    priced = products.filter((pl.col("list") > 0) & (pl.col("mean") > 0))
    depth = (pl.col("list") / pl.col("mean")).log().clip(lower_bound=0.0).round_sig_figs(12)
    # the discount that one good in four exceeds: what a category gives as a rule, not what its boldest sellers give
    upper = pl.when(pl.col("product_id").n_unique() >= LEAST_GOODS).then(depth.quantile(UPPER, "lower"))
    return Usual(
        peers,
        priced.group_by("key", "currency").agg(upper.alias("category_discount")),
        priced.group_by("currency").agg(pl.col("list").median().alias("market_list"), upper.alias("market_discount")),
    )


def _goods(frame: pl.DataFrame, matched: pl.DataFrame) -> pl.DataFrame:
    """Add `goods`: the match group of the catalogue, else the product id itself, which some platforms share between sellers."""
    groups = matched.unique(("platform", "product_id"), keep="first", maintain_order=True)
    return frame.join(groups, on=("platform", "product_id"), how="left", maintain_order="left").with_columns(
        pl.coalesce(pl.concat_str(pl.lit("group:"), "group"), pl.concat_str(pl.lit("product:"), "product_id")).alias("goods")
    )
