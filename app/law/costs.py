"""How well is each pair's unit cost known? Best tier first: document, benchmark, claim, estimate, nothing (SEMANTICS B3, B4)."""

from __future__ import annotations

from typing import Final

import polars as pl

DOCUMENTS: Final = ("seller_declared", "invoice")
"""Claims of an event that stand as T2; every other source, and none, is an estimate (T3)."""
COST_COLUMNS: Final = ("cost_lo", "cost_hi", "cost_tier", "cost_source")
_RESULT: Final = dict(zip(COST_COLUMNS, (pl.Int64(), pl.Int64(), pl.String(), pl.String()), strict=True))
# narrower tables speak first; `fit` orders them within a tier
_KEYS: Final = (
    ("seller_id", "product_id"),
    ("seller_id", "category_id"),
    ("product_id",),
    ("category_id",),
)
_ROW: Final = "__row"


def _speaks_for(costs: pl.DataFrame, keys: tuple[str, ...]) -> pl.DataFrame:
    """The rows of the cost table that name exactly these keys; a T1 only where it names seller and product."""
    seller = pl.col("seller_id").is_not_null() if "seller_id" in keys else pl.col("seller_id").is_null()
    product = pl.col("product_id").is_not_null() if "product_id" in keys else pl.col("product_id").is_null()
    # a document proves one seller's cost of one product; for others it would be a benchmark, and must be entered as one
    tier = pl.lit(keys == _KEYS[0]) | (pl.col("tier") != "T1")
    return costs.filter(seller & product & tier)


def _from_table(rows: pl.DataFrame, costs: pl.DataFrame) -> pl.DataFrame:
    """Every (figure row, cost row) that agree: __row, the result columns, rank, fit, valid_from_us."""
    found = []
    begun = pl.col("valid_from_us").fill_null(0) <= pl.col("moment")
    period = begun & (pl.col("valid_to_us").is_null() | (pl.col("moment") < pl.col("valid_to_us")))
    for fit, keys in enumerate(_KEYS):
        on = ["platform", "currency", *keys]
        side = _speaks_for(costs, keys).select(*on, "tier", "cost_lo", "cost_hi", "source", "valid_from_us", "valid_to_us")
        hit = rows.select(_ROW, "moment", *on).join(side, on=on, how="inner").filter(period)
        found.append(hit.select(_ROW, "cost_lo", "cost_hi", cost_tier="tier", cost_source="source", fit=pl.lit(fit), since="valid_from_us"))
    table = pl.concat(found)
    # documents and benchmarks (T1, T2 of the table) before claims (T2), before estimates of the table (T3), before estimates of an event
    return table.with_columns(rank=pl.col("cost_tier").replace_strict({"T1": 0, "T2": 2, "T3": 4}, default=9, return_dtype=pl.Int32))


def _from_claims(rows: pl.DataFrame, accept_costs: bool) -> pl.DataFrame:
    """The event's own claim, one row per figure row that has one; [c, c] for a document, [3c/4, c] for an estimate (proposed default)."""
    paper = pl.col("claim_source").is_in(DOCUMENTS).fill_null(False)
    cost, source = pl.col("claim_cost"), pl.concat_str(pl.lit("event:"), pl.col("claim_source").fill_null("estimate"))
    exact = pl.lit(accept_costs) | paper
    return rows.filter(cost.is_not_null()).select(
        _ROW,
        cost_lo=pl.when(exact).then(cost).otherwise(cost * 3 // 4),
        cost_hi=cost,
        cost_tier=pl.lit("T1") if accept_costs else pl.when(paper).then(pl.lit("T2")).otherwise(pl.lit("T3")),
        cost_source=source + "+accepted" if accept_costs else source,
        fit=pl.lit(0),
        since=pl.lit(None, dtype=pl.Int64),
        rank=pl.lit(1, dtype=pl.Int32) if accept_costs else pl.when(paper).then(3).otherwise(5).cast(pl.Int32),
    )


def resolve_costs(figures: pl.DataFrame, costs: pl.DataFrame, accept_costs: bool) -> pl.DataFrame:
    """figures (+ COSTS_SCHEMA) -> figures + cost_lo, cost_hi (smallest unit), cost_tier T1..T4, cost_source; same rows, same order.

    A cost row is valid if it covers the last microsecond of the pane and has the pair's currency. `accept_costs` lets an event's claim
    stand as T1 (`kawal score --accept-costs`, evaluation only). Among equals: the narrower, the newer, then the lower cost (benefit of the doubt).
    """
    rows = figures.with_row_index(_ROW).select(
        _ROW, "platform", "currency", "seller_id", "product_id", "category_id", "claim_cost", "claim_source", moment=pl.col("end_us") - 1
    )
    order = ["rank", "fit", "since", "cost_lo", "cost_hi", "cost_source"]
    best = (
        pl.concat([_from_table(rows, costs), _from_claims(rows, accept_costs)], how="diagonal")
        .sort([_ROW, *order], descending=[False, False, False, True, False, False, False], nulls_last=True)
        .unique(_ROW, keep="first", maintain_order=True)
        .select(_ROW, *(pl.col(c).cast(t) for c, t in _RESULT.items()))
    )
    out = figures.drop(COST_COLUMNS, strict=False).with_row_index(_ROW).join(best, on=_ROW, how="left", maintain_order="left").drop(_ROW)
    return out.with_columns(pl.col("cost_tier").fill_null("T4"))
