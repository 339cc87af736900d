"""How well is each pair's unit cost known? Best tier first: document, benchmark, claim, estimate, nothing (SEMANTICS B3, B4)."""

from __future__ import annotations

from typing import Final

import polars as pl

DOCUMENTS: Final = ("seller_declared", "invoice")
"""Claims of an event that stand as T2; every other source, and none, is an estimate (T3)."""
COST_COLUMNS: Final = ("cost_lo", "cost_hi", "cost_tier", "cost_source")
_KEYS: Final = (("seller_id", "product_id"), ("seller_id", "category_id"), ("product_id",), ("category_id",))
"""What a cost row may speak for, the narrowest first."""
_RANK: Final = {"T1": 0, "T2": 2, "T3": 4}
"""Claims stand between them: accepted 1, on paper 3, estimated 5."""
_ROW: Final = "__row"


def _ordered(costs: pl.DataFrame, figures: pl.DataFrame) -> pl.DataFrame:
    """The cost rows that may speak for some figure: + rank, fit (index into _KEYS), place; `place` orders them, best first."""
    seller, product = pl.col("seller_id").is_not_null(), pl.col("product_id").is_not_null()
    fit = pl.when(seller & product).then(0).when(seller).then(1).when(product).then(2).otherwise(3)
    near = pl.col("platform").is_in(figures["platform"].unique().implode()) & (
        ~product | pl.col("product_id").is_in(figures["product_id"].unique().implode())
    )
    return (
        costs.filter(near)
        .with_columns(rank=pl.col("tier").replace_strict(_RANK, default=None, return_dtype=pl.Int64), fit=fit)
        # a document proves one seller's cost of one product; for others it would be a benchmark, and must be entered as one
        .filter(pl.col("rank").is_not_null() & ((pl.col("tier") != "T1") | (pl.col("fit") == 0)))
        # among equals: the narrower, the newer, then the lower cost (it favours the seller)
        .with_columns(since=-pl.col("valid_from_us").fill_null(0))
        .sort("rank", "fit", "since", "cost_lo", "cost_hi", "source", nulls_last=True)
        .with_row_index("place")
    )


def _from_table(figures: pl.DataFrame, costs: pl.DataFrame) -> pl.DataFrame:
    """One row per figure row that the cost table speaks for: __row and the best row's rank, bounds, tier, source."""
    table = _ordered(costs, figures)
    moment = pl.col("end_us") - 1
    begun = pl.col("valid_from_us").fill_null(0) <= moment
    period = begun & (pl.col("valid_to_us").is_null() | (moment < pl.col("valid_to_us")))
    found = []
    for fit, keys in enumerate(_KEYS):
        on = ["platform", "currency", *keys]
        side = table.filter(pl.col("fit") == fit).select(*on, "place", "valid_from_us", "valid_to_us")
        found.append(figures.select(_ROW, "end_us", *on).join(side, on=on, how="inner").filter(period).select(_ROW, "place"))
    best = pl.concat(found).group_by(_ROW).agg(pl.col("place").min())
    bounds = table.select("place", "rank", t_lo="cost_lo", t_hi="cost_hi", t_tier="tier", t_source="source")
    return best.join(bounds, on="place", how="left").drop("place")


def _claim(accept_costs: bool) -> dict[str, pl.Expr]:
    """The event's own claim as rank, bounds, tier, source: [c, c] on paper, [3c/4, c] estimated (proposed default); nulls without one."""
    cost, source = pl.col("claim_cost"), pl.concat_str(pl.lit("event:"), pl.col("claim_source").fill_null("estimate"))
    paper = pl.col("claim_source").is_in(DOCUMENTS).fill_null(False)
    if accept_costs:
        return {"rank": pl.lit(1), "lo": cost, "hi": cost, "tier": pl.lit("T1"), "source": source + "+accepted"}
    return {
        "rank": pl.when(paper).then(3).otherwise(5),
        "lo": pl.when(paper).then(cost).otherwise(cost * 3 // 4),
        "hi": cost,
        "tier": pl.when(paper).then(pl.lit("T2")).otherwise(pl.lit("T3")),
        "source": source,
    }


def resolve_costs(figures: pl.DataFrame, costs: pl.DataFrame, accept_costs: bool) -> pl.DataFrame:
    """figures (+ COSTS_SCHEMA) -> figures + cost_lo, cost_hi (smallest unit), cost_tier T1..T4, cost_source; same rows, same order.

    A cost row is valid if it covers the last microsecond of the pane and has the pair's currency. `accept_costs` lets an event's claim
    stand as T1 (`kawal score --accept-costs`, evaluation only).
    """
    rows = figures.drop(COST_COLUMNS, strict=False).with_row_index(_ROW)
    rows = rows.join(_from_table(rows, costs), on=_ROW, how="left", maintain_order="left")
    claim = _claim(accept_costs)
    claimed = pl.col("claim_cost").is_not_null() & (pl.col("rank").is_null() | (claim["rank"] < pl.col("rank")))
    out = rows.with_columns(
        cost_lo=pl.when(claimed).then(claim["lo"]).otherwise("t_lo").cast(pl.Int64),
        cost_hi=pl.when(claimed).then(claim["hi"]).otherwise("t_hi").cast(pl.Int64),
        cost_tier=pl.when(claimed).then(claim["tier"]).otherwise(pl.col("t_tier").fill_null("T4")),
        cost_source=pl.when(claimed).then(claim["source"]).otherwise("t_source"),
    )
    return out.drop(_ROW, "rank", "t_lo", "t_hi", "t_tier", "t_source")
