"""The line, step by step (DESIGN.md 4): from the panes that close to judged finals. Reads like a table of contents."""

from __future__ import annotations

from typing import Final

import polars as pl

from app.detection import counterfactual
from app.detection.calibration import NOT_ENOUGH, judge_novelty
from app.detection.model import Scorer
from app.detection.score import score
from app.detection.strata import stratum
from app.domain.events import PAIR
from app.law.costs import resolve_costs
from app.law.price_cost import legal_levels
from app.windows import running
from app.windows.benchmarks import with_benchmarks
from app.windows.figures import Closing, figures_at, natural_points
from app.windows.units import unit_over
from app.worker import shadow
from app.worker.context import Context

CARRIED: Final = (
    "max_score",
    "max_novelty",
    "max_loss",
    "scored_by",
    "max_shadow",
    "shadow_by",
    "worst_list",
    "worst_burst",
    "worst_cost",
    "fair_price",
    "cum_below_units",
    "cum_below_value",
    "finals",
    "digest",
    "spell",
    "stratum",
)
TOTALS: Final = {
    "pane_below_units": ("below_units", "cum_below_units"),
    "pane_below_value": ("below_value", "cum_below_value"),
}
NOVELTY: Final = (
    *("running_max", "running_novelty", "running_loss", "calibration_level", "p_value", "open_score", "close_score", "calibration"),
    "model_id",
    *shadow.SAID,
)
MAXIMA: Final = (
    ("anomaly_score", "max_score", "running_max"),
    ("novelty_score", "max_novelty", "running_novelty"),
    ("loss_probability", "max_loss", "running_loss"),
)
WORST: Final = tuple(counterfactual.HIGHEST.values())


def natural_finals(panes: Closing, context: Context, platform: str) -> pl.DataFrame:
    """Judged figures at every natural final of the closing panes, sorted by pair and pane."""
    where = natural_points(panes)
    frame = judged(where, panes, context, platform)
    frame = _worst(_carried(frame, panes))
    frame = _novelty(frame, context)
    return _below_cost(frame, panes.news)


def extra_finals(where: pl.DataFrame, natural: pl.DataFrame, panes: Closing, context: Context, platform: str) -> pl.DataFrame:
    """Judged figures at the full minutes of open spells: what ran up is that of the last natural final before them."""
    run = [now for now, _ in TOTALS.values()]
    told = natural.select(*PAIR, "pane", *CARRIED, *NOVELTY, *WORST, *run, pl.col("fair_after").alias("fair_before"), "fair_after")
    frame = judged(where, panes, context, platform).sort("pane", maintain_order=True)
    frame = frame.join_asof(told.sort("pane", maintain_order=True), on="pane", by=list(PAIR), strategy="backward", check_sortedness=False)
    first = frame.filter(pl.col("finals").is_null()).drop(*CARRIED, *NOVELTY, *WORST, *run, "fair_before", "fair_after")
    first = _below_cost(_novelty(_worst(_carried(first, panes), natural=False), context, natural=False), panes.news)
    frame = pl.concat([frame.filter(pl.col("finals").is_not_null()), first], how="diagonal_relaxed")
    nothing = [pl.lit(0, natural.schema[c]).alias(c) for c in TOTALS]
    # the natural final before it may lie in another slice, and within the unit
    nothing.append(pl.when(~pl.col("unit_over")).then("open_score").alias("open_score"))
    return frame.with_columns(nothing).select(natural.columns).sort(*PAIR, "pane")


def judged(where: pl.DataFrame, panes: Closing, context: Context, platform: str) -> pl.DataFrame:
    """windows -> detection -> law: what one moment's figures say, whatever was said before."""
    offset = context.snapshot.rule(platform).day_offset_us
    frame = figures_at(where, panes, lambda day: context.history(platform, day), context.campaigns(), offset)
    frame = with_benchmarks(frame, context.benchmarks(), offset)
    if context.model is None:
        empty = pl.lit(None, pl.Float64)
        frame = frame.with_columns([empty.alias(c) for c in ("novelty_score", "anomaly_score", "loss_probability")])
    else:
        frame = score(frame, context.model.scorer)
    frame = frame.with_columns(unit_over().alias("unit_over"))
    frame = resolve_costs(frame, context.snapshot.costs, context.snapshot.accept_costs)
    return legal_levels(frame, context.rules)


def scored_anew(figures: pl.DataFrame, scorer: Scorer) -> pl.DataFrame:
    """What the line's own score says of figures that never were: a counterfactual is judged by what judges."""
    return score(figures, scorer)


def _carried(frame: pl.DataFrame, panes: Closing) -> pl.DataFrame:
    return frame.join(panes.carry.pairs.select(*PAIR, *CARRIED), on=PAIR, how="left", maintain_order="left").with_columns(
        pl.col("finals").fill_null(0)
    )


def _worst(frame: pl.DataFrame, natural: bool = True) -> pl.DataFrame:
    """Running maxima over natural finals of what a counterfactual price must bear."""
    heights = counterfactual.heights()
    for carried, name in counterfactual.HIGHEST.items():
        value = heights[carried] if natural else pl.col(carried)
        frame = running.highest_so_far(frame.with_columns(value.alias("__height")), "__height", carried, name)
    return frame.drop("__height")


def _novelty(frame: pl.DataFrame, context: Context, natural: bool = True) -> pl.DataFrame:
    """Running maximum over natural finals of the unit, its p-value and the scores at which a spell of novelty opens and closes."""
    frame = shadow.shadowed(shadow.own_maxima(frame, context), context, natural=natural)
    for value, carried, name in MAXIMA:
        # what follows the unit's end is shown but not tested: whoever reads the log slowly must find the same maximum (decision 011)
        tested = frame.with_columns(pl.when(~pl.col("unit_over")).then(value).alias("__tested"))
        frame = running.highest_so_far(tested, "__tested" if natural else carried, carried, name).drop("__tested")
    frame = frame.with_columns(pl.lit(context.model.model_id if context.model else None, pl.String).alias("model_id"))
    if context.model is None:
        nothing = pl.lit(None, pl.Float64)
        missing = [nothing.alias(c) for c in ("p_value", "open_score", "close_score")]
        missing += [pl.lit(None, pl.String).alias(c) for c in ("calibration_level", "stratum")]
        return frame.with_columns(*missing, pl.lit(NOT_ENOUGH).alias("calibration"))
    first = stratum(context.model.scorer.bands).first().over(PAIR)
    frame = frame.with_columns(pl.coalesce("stratum", first).alias("stratum"))
    frame = judge_novelty(frame, context.model.calibration, context.snapshot.alpha_open, frozenset(context.snapshot.suspended))
    return frame.with_columns(pl.when(~pl.col("unit_over")).then("open_score").alias("open_score"))


def _below_cost(frame: pl.DataFrame, news: pl.DataFrame) -> pl.DataFrame:
    """Add what ran up below cost (units, value) and the fair price seen before each final."""
    bar = pl.when(pl.col("cost_tier") == "T1").then("cost_lo").otherwise("cost_hi").cast(pl.Int128)
    # sales of a pane and changes of earlier panes are weighed apart: netted first, a cancelled loss would hide behind dear sales
    told = frame.select(*PAIR, pl.col("pane").alias("effective"), bar.alias("bar"))
    under = (
        news.join(told, on=(*PAIR, "effective"))
        .filter((pl.col("units") != 0) & (pl.col("value_s").abs() < pl.col("bar") * pl.col("units").abs()))
        .group_by(*PAIR, pl.col("effective").alias("pane"))
        .agg(pl.col("units").sum().alias("pane_below_units"), pl.col("value_s").sum().alias("pane_below_value"))
    )
    frame = frame.join(under, on=(*PAIR, "pane"), how="left", maintain_order="left").with_columns(
        pl.col("pane_below_units").fill_null(0), pl.col("pane_below_value").fill_null(pl.lit(0, pl.Int128))
    )
    frame = frame.with_columns([(pl.col(a).cum_sum().over(PAIR) + pl.col(was).fill_null(0)).alias(now) for a, (now, was) in TOTALS.items()])
    at_cost = (pl.col("w1_units") > 0) & (pl.col("w1_value_s") >= bar * pl.col("w1_units"))
    fair = pl.when(at_cost).then((pl.col("w1_value_s") // pl.col("w1_units")).cast(pl.Int64))
    frame = running.highest_so_far(frame.with_columns(fair.alias("__fair")), "__fair", "fair_price", "fair_after")
    before = pl.coalesce(pl.col("fair_after").shift(1).over(PAIR), "fair_price")
    return frame.with_columns(before.alias("fair_before")).drop("__fair")
