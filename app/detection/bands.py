"""Which price band does an amount belong to? Quartiles per currency, learned once, so that rupiah and yuan never share an edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

QUARTILES: Final = (0.25, 0.5, 0.75)
UNKNOWN: Final = "unknown"


@dataclass(frozen=True)
class Bands:
    """Three edges per currency, in its smallest unit; a price on an edge belongs to the lower band."""

    edges: dict[str, tuple[float, float, float]]

    def of(self, amount: pl.Expr) -> pl.Expr:
        """ "0" (cheapest) to "3", or "unknown" without an amount or for a currency never trained on."""
        currencies = list(self.edges)
        counted = pl.lit(0)
        for i in range(len(QUARTILES)):
            edge = pl.col("currency").replace_strict(
                currencies, [self.edges[c][i] for c in currencies], default=None, return_dtype=pl.Float64()
            )
            counted = counted + (amount.cast(pl.Float64()) > edge).cast(pl.Int8)
        return counted.cast(pl.String()).fill_null(UNKNOWN)


def learn_bands(figures: pl.DataFrame) -> Bands:
    """Edges at the quartiles of the list price, over the rows of each currency that have one."""
    known = figures.filter(pl.col("list_price").is_not_null())
    cuts = known.group_by("currency").agg(pl.col("list_price").cast(pl.Float64()).quantile(q, "lower").alias(str(q)) for q in QUARTILES)
    return Bands({row[0]: (row[1], row[2], row[3]) for row in cuts.sort("currency").rows()})
