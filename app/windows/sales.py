"""What did a sale bring its seller? Integer pane sums of sales and of their changes (SEMANTICS B1, B2, B5)."""

from __future__ import annotations

from typing import Final

import polars as pl

from app.domain.events import PAIR
from app.domain.time import PANE_US
from app.windows import prices

SUMS: Final[dict[str, pl.DataType]] = {
    "units": pl.Int64(),
    "value_s": pl.Int128(),
    "value_b": pl.Int128(),
    "units_b": pl.Int64(),
    "unfunded": pl.Int64(),
}
SUM_SCHEMA: Final[dict[str, pl.DataType]] = {
    **dict.fromkeys(PAIR, pl.String()),
    "pane": pl.Int64(),
    "effective": pl.Int64(),
    **SUMS,
    "low": pl.Int64(),
    "high": pl.Int64(),
}
"""`pane` is the pane of the sale, `effective` the pane from whose final on it counts (a change counts later than its sale)."""

TAKES_BACK: Final = ("cancelled", "returned", "refunded")


def pane_sums(rows: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """Sums per (pair, pane, effective) of the sale and sale_changed rows of `rows` under the price segments `held`."""
    sold = rows.filter(pl.col("type") == "sale").with_columns(pl.col("occurred_us").alias("at_us"), pl.lit(1, pl.Int64).alias("sign"))
    changed = rows.filter((pl.col("type") == "sale_changed") & pl.col("status").is_in(TAKES_BACK)).with_columns(
        pl.col("sold_us").alias("at_us"), pl.lit(-1, pl.Int64).alias("sign")
    )
    lines = pl.concat([sold, changed])
    if lines.is_empty():
        return pl.DataFrame(schema=SUM_SCHEMA)
    lines = _askable(prices.at(lines, "at_us", held))
    quantity = pl.col("quantity_milli")
    seller, funded, buyer = _per_line(quantity)
    valued = lines.with_columns(seller.alias("vs"), funded.alias("funded"), buyer.alias("vb"))
    unit = (pl.col("vs") // quantity).cast(pl.Int64)
    sale = pl.col("sign") > 0
    return (
        valued.with_columns((pl.col("at_us") // PANE_US).alias("pane"), pl.col("pane").alias("effective"), unit.alias("unit"))
        .group_by(*PAIR, "pane", "effective")
        .agg(
            (pl.col("sign") * quantity).sum().alias("units"),
            (pl.col("sign") * pl.col("vs")).sum().alias("value_s"),
            (pl.col("sign") * pl.col("vb").fill_null(0)).sum().alias("value_b"),
            (pl.col("sign") * quantity).filter(pl.col("vb").is_not_null()).sum().alias("units_b"),
            (pl.col("sign") * quantity).filter(~pl.col("funded")).sum().alias("unfunded"),
            pl.col("unit").filter(sale).min().alias("low"),
            pl.col("unit").filter(sale).max().alias("high"),
        )
        .cast(pl.Schema(SUM_SCHEMA))
        .select(*SUM_SCHEMA)
        .sort(*PAIR, "pane", "effective")
    )


def _askable(lines: pl.DataFrame) -> pl.DataFrame:
    """Forget the price in force of sales that were changed long after: whether it is still kept would depend on how panes closed."""
    asked = [c for c in lines.columns if c.startswith("force_")]
    near = pl.col("occurred_us") - pl.col("at_us") <= prices.CHANGE_US
    return lines.with_columns([pl.when(near).then(pl.col(c)).alias(c) for c in asked])


def _per_line(quantity: pl.Expr) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """(p_s x quantity, funding known, p_b x quantity) of a line, in thousandths of the smallest unit, Int128."""
    q = quantity.cast(pl.Int128)
    shown = pl.col("price").cast(pl.Int128) * q
    own = pl.col("platform_discount_total").is_not_null() & pl.col("seller_voucher_total").is_not_null()
    # the funding of the price in force speaks for a sale only if that very price was paid (B2)
    same = pl.col("force_price") == pl.col("price")
    held = same & pl.col("force_platform_discount").is_not_null() & pl.col("force_seller_voucher").is_not_null()
    milli = pl.lit(1000, pl.Int128)
    by_own = shown + (pl.col("platform_discount_total") - pl.col("seller_voucher_total")).cast(pl.Int128) * milli
    by_held = shown + (pl.col("force_platform_discount") - pl.col("force_seller_voucher")).cast(pl.Int128) * q
    seller = pl.when(own).then(by_own).when(held).then(by_held).otherwise(shown)
    own_b = pl.col("seller_voucher_total").is_not_null() & pl.col("platform_voucher_total").is_not_null()
    held_b = same & pl.col("force_seller_voucher").is_not_null() & pl.col("force_platform_voucher").is_not_null()
    by_own_b = shown - (pl.col("seller_voucher_total") + pl.col("platform_voucher_total")).cast(pl.Int128) * milli
    by_held_b = shown - (pl.col("force_seller_voucher") + pl.col("force_platform_voucher")).cast(pl.Int128) * q
    buyer = pl.when(own_b).then(by_own_b).when(held_b).then(by_held_b).otherwise(None)
    return seller, (own | held).fill_null(value=False), buyer
