"""At which price would nothing have been found? The lowest single price for the whole session under which every cause is silent.

Below cost: the high end of the cost interval. Very low: just above the rivals' bar (R06). Unusual: the lowest price whose anomaly_score
is at most the opening score, by bisection; the score never rises with the price. Two figures that do not follow the price are taken at
their worst of the session so far, list price and rush of buyers, so that the price clears at every final and not only at the told one.
One price throughout means that the mean of every window is that price and that nobody's discount stands between p_s, p_b and it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from app.detection.features import FEATURES, THOUSANDTHS
from app.domain.levels import CostTier
from app.law.compare import MILLI, to_milli
from app.law.pack import RuleBook

HIGHEST: Final[Mapping[str, str]] = {"worst_list": "list_high", "worst_burst": "burst_high", "worst_cost": "cost_high"}
"""Carried column -> its running maximum at a final."""
COST, RIVALS, NOVELTY = "cost", "rivals", "novelty"
POWERS: Final = 41
"""2^40 of the smallest unit is beyond the highest price that the door takes (B1)."""
CUTS: Final = 32

Score = Callable[[pl.DataFrame], pl.DataFrame]
"""Figures -> figures with `anomaly_score`, as the line makes it."""
Prices = npt.NDArray[np.int64]


def heights() -> dict[str, pl.Expr]:
    """Carried column -> what its running maximum is of, from a final's figures."""
    burst = next(feature.expr for feature in FEATURES if feature.name == "demand_burst")
    known = pl.col("cost_tier") != CostTier.T4
    return {
        "worst_list": pl.col("list_price"),
        "worst_burst": burst.round_sig_figs(12),
        "worst_cost": pl.when(known).then(pl.col("cost_hi")),
    }


def counterfactuals(finals: pl.DataFrame, rules: RuleBook, score: Score | None) -> list[dict[str, Any]]:
    """{"price": int | None, "causes": [{"cause", "price"}]} of each final, prices in the smallest unit, causes the dearest first.

    `finals`: figures with costs, `open_score` and HIGHEST's columns. A cause that no price silences has price None, and so has the whole.
    """
    law = [_law(row, rules) for row in finals.iter_rows(named=True)]
    novelty = [None] * finals.height if score is None else silent_prices(finals, score)
    return [_told(causes | ({} if price is None else {NOVELTY: price})) for causes, price in zip(law, novelty, strict=True)]


def _told(bars: Mapping[str, int]) -> dict[str, Any]:
    known = {cause: None if bar < 0 else bar for cause, bar in bars.items()}
    causes = sorted(known, key=lambda cause: (-bars[cause] if bars[cause] >= 0 else -(1 << 62), cause))
    price = None if not known or None in known.values() else max(bars.values())
    return {"price": price, "causes": [{"cause": cause, "price": known[cause]} for cause in causes]}


def _law(final: Mapping[str, Any], rules: RuleBook) -> dict[str, int]:
    """The lowest whole price at which L3 and L4, and L2, are over."""
    moment = int(final["end_us"]) - 1
    bars: dict[str, int] = {}
    if final["cost_high"] is not None and any(pack.in_force("R01", moment) for pack in rules.packs):
        bars[COST] = int(final["cost_high"])
    usual = to_milli(final["rivals_median_pb"])
    for clause in (pack.in_force("R06", moment) for pack in rules.packs):
        if clause and usual is not None and final["rivals"] >= clause.limits["rivals_min"]:
            bars[RIVALS] = (MILLI - clause.limits["gap_permille"]) * usual // (MILLI * MILLI) + 1
    return bars


def silent_prices(finals: pl.DataFrame, score: Score) -> list[int | None]:
    """For each final the lowest price with anomaly_score <= open_score; -1 if there is none, None if nothing is calibrated."""
    asked = finals.get_column("open_score").is_not_null().to_numpy()
    rows = finals.filter(pl.Series(asked))
    found = iter(_bisected(rows, score).tolist())
    return [next(found) if here else None for here in asked]


def _bisected(rows: pl.DataFrame, score: Score) -> Prices:
    if rows.is_empty():
        return np.empty(0, dtype=np.int64)
    grid = np.tile(2 ** np.arange(POWERS, dtype=np.int64), (rows.height, 1))
    lower, upper = _between(rows, score, grid, np.zeros(rows.height, dtype=np.int64), np.full(rows.height, -1, dtype=np.int64))
    while (upper - lower > 1).any():
        wide = np.maximum(upper - lower, 0)
        grid = lower[:, None] + wide[:, None] * np.arange(1, CUTS) // CUTS
        lower, upper = _between(rows, score, np.maximum(grid, 1), lower, upper)
    return upper


def _between(rows: pl.DataFrame, score: Score, grid: Prices, lower: Prices, upper: Prices) -> tuple[Prices, Prices]:
    """The last price of an ascending grid that is not silent and the one after it; the old bounds where the grid has none."""
    tried = rows.select(pl.all().gather(pl.Series(np.repeat(np.arange(rows.height), grid.shape[1]))))
    priced = at_price(tried, pl.Series(grid.ravel()))
    loud = _loud(score(priced))
    moved = tried.select(pl.col("list_high").ne_missing(pl.col("list_price"))).to_series().to_numpy()
    if moved.any():  # a list price of now may weigh more than the highest: it also names the band
        loud = loud | _loud(score(priced.with_columns(tried.get_column("list_price"))))
    loud = loud.reshape(grid.shape)
    count = grid.shape[1] - np.argmax(loud[:, ::-1], axis=1)  # so many prices up to the last loud one
    count = np.where(loud.any(axis=1), count, 0)
    here = np.arange(rows.height)
    below = np.where(count > 0, grid[here, np.maximum(count, 1) - 1], lower)
    above = np.where(count < grid.shape[1], grid[here, np.minimum(count, grid.shape[1] - 1)], upper)
    return below, above


def _loud(scored: pl.DataFrame) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = (
        scored.select((pl.col("anomaly_score") > pl.col("open_score")).fill_null(value=False)).to_series().to_numpy()
    )
    return found


def at_price(figures: pl.DataFrame, price: pl.Series) -> pl.DataFrame:
    """The figures as if the whole session had had one price (smallest units, one per row) and its worst list price and rush of buyers.

    The rush is put into the last minute alone, rounded up to a thousandth of a unit: the half hour before says nothing then, as at
    every first sale.
    """
    rush = ((pl.col("burst_high").fill_null(0.0).exp() - 1.0) * THOUSANDTHS).ceil().cast(pl.Int64)
    shown = pl.lit(price).cast(pl.Int64)
    frame = figures.with_columns(rush.alias("__rush"), shown.alias("__price"))
    sold, none = pl.col("__rush"), pl.lit(0, pl.Int64)
    value = pl.col("__price").cast(pl.Int128) * sold.cast(pl.Int128)
    changes = {
        **{f"{w}_units{side}": sold if w != "w30" else none for w in ("w1", "w5", "w30") for side in ("", "_b")},
        **{f"{w}_value_{side}": value if w != "w30" else none.cast(pl.Int128) for w in ("w1", "w5", "w30") for side in ("s", "b")},
        **{f"{w}_unfunded": none for w in ("w1", "w5", "w30")},
        **{f"{w}_{end}": pl.col("__price") for w in ("w1", "w5", "w30") for end in ("low", "high")},
        **{c: pl.col("__price") for c in ("force_price", "force_ps", "force_pb")},
        "force_mean_w1": pl.col("__price").cast(pl.Float64()),
        "cum_value_s": pl.col("__price").cast(pl.Int128) * pl.col("cum_units").cast(pl.Int128),
        "list_price": pl.coalesce("list_high", "list_price"),
    }
    return frame.with_columns(expr.alias(c) for c, expr in changes.items() if c in figures.columns).drop("__rush", "__price")
