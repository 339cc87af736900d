"""How bad is a row beside the others? novelty_score (forest) and anomaly_score = (novelty - floor) x depth / scale.

Depth is the two-division baseline of detection-study 2 (D2: under list, and a fifth of that under the past) less what the product is
usually sold under its list price, as far as its category gives as much. The scale sets cheap and dear goods half-way to each other: by
the root of the 95 % point in the price band where the model was taught the currency, else by where the list price stands beside the
platform's usual one. What each part brings: docs/decisions/007.
"""

from __future__ import annotations

import math
from typing import Final

import polars as pl

from app.detection import features, forest
from app.detection.bands import UNKNOWN, Bands
from app.detection.loss import with_loss
from app.detection.model import Scorer
from app.domain.canonical import rounded

PAST_WEIGHT: Final = 0.2
TAIL: Final = 0.95
EVERY_BAND: Final = ""
LEVEL_POWER: Final = 0.2
"""Goods dearer than the platform's usual list price have thinner margins under it: the same cut is more of a loss."""
LEVEL_LIMIT: Final = math.log(4.0)
"""The level counts from a quarter to four times the usual list price, about the span of the bands."""


def depth() -> pl.Expr:
    """D2 (ln) from feature columns as known, gaps left open: without a list price the own past stands in; without both it is 0.

    Own history goes before the category's median, which mixes goods; a row with no anchor at all has no depth to speak of.
    """
    listed, past = _parts()
    return listed + past


def usual_discount(figures: pl.DataFrame) -> pl.Expr:
    """ln, at least 0: the product's usual depth under its list price, never more than category_discount (28 sealed days).

    A shop that always shows a third off gives nothing by it; but a product that is sold at a loss every day must not become its own
    normal, so what few goods of the category get is no usual discount.
    """
    if "category_discount" not in figures.columns:  # figures made before it was known
        return pl.lit(0.0)
    own = features.over(pl.col("own_median_list"), pl.col("own_median_ps"))
    return (
        pl.when(own.is_not_null() & pl.col("category_discount").is_not_null())
        .then(pl.min_horizontal(own, "category_discount"))
        .otherwise(0.0)
    )


def beyond_usual(figures: pl.DataFrame, raw: pl.DataFrame) -> pl.Series:
    """(rows,) D2 with the depth under list counted beyond the usual discount; ln, at least 0."""
    usual = figures.with_columns(usual_discount(figures).alias("usual")).get_column("usual")
    listed, past = _parts()
    return raw.with_columns(usual).select(((listed - pl.col("usual")).clip(lower_bound=0.0) + past).alias("depth")).to_series()


def band_key(bands: Bands) -> pl.Expr:
    """ "currency|band" of the usual list price; of the shown one only while the product has no past."""
    return pl.concat_str(pl.col("currency"), bands.of(_usual_list()), separator="|")


def level_factor(figures: pl.DataFrame) -> pl.Expr:
    """(usual list price / market_list)^0.2, within a quarter and four times of it; 1 where either is unknown, as on a first day.

    It reads no price of the day but the list price of a product without a past, so no cut can lower the score by it.
    """
    if "market_list" not in figures.columns:  # figures made before it was known
        return pl.lit(1.0)
    listed, market = _usual_list(), pl.col("market_list")
    level = pl.when((listed > 0) & (market > 0)).then(listed / market).log().clip(-LEVEL_LIMIT, LEVEL_LIMIT)
    return (LEVEL_POWER * level.fill_null(0.0)).exp()


def base_score(figures: pl.DataFrame, scorer: Scorer) -> pl.DataFrame:
    """figures + novelty_score, anomaly_score (f64, 12 significant digits, null without a price); row by row, whatever the batch.

    What no label was needed for: loss_probability may lead it afterwards.
    """
    raw = features.feature_frame(figures)
    novelty = forest.novelty(scorer.monotone, features.matrix(raw, scorer.neutral))
    scored = figures.with_columns(
        pl.Series("novelty_score", novelty, dtype=pl.Float64),
        beyond_usual(figures, raw).alias("anomaly_score"),
    )
    above = (pl.col("novelty_score") - scorer.floor).clip(lower_bound=0.0)
    # a forest that never saw this currency is right in tendency only: the root keeps its order and halves its say
    say = pl.when(pl.col("currency").is_in(list(scorer.bands.edges))).then(above).otherwise(above.sqrt())
    scaled = (say * pl.col("anomaly_score") / _scale(figures, scorer)).round_sig_figs(forest.DIGITS)
    priced = features.price_now().is_not_null()
    return scored.with_columns(scaled.alias("anomaly_score")).with_columns(
        pl.when(priced).then(c).alias(c) for c in ("novelty_score", "anomaly_score")
    )


def score(figures: pl.DataFrame, scorer: Scorer) -> pl.DataFrame:
    """figures + novelty_score, loss_probability (null where no known cost supports it), anomaly_score as the service ranks by it."""
    return with_loss(base_score(figures, scorer), scorer.loss)


def learn_scale(figures: pl.DataFrame, unscaled: Scorer) -> dict[str, float]:
    """sqrt of the 95 % point of the unscaled score per band and over all; a band that shows no discount takes the overall one.

    Goods without a list price are no band: their depth is under the past only, so its point is low, and scaling by it lifted them
    above every planted loss of the generated evenings.
    """
    unlevelled = figures.drop("market_list", strict=False)
    rows = base_score(unlevelled, unscaled).select(band_key(unscaled.bands).alias("band"), "anomaly_score").drop_nulls()
    tail = pl.col("anomaly_score").quantile(TAIL, "lower")
    overall = rows.select(tail).item()
    scale = {EVERY_BAND: _root(overall) if overall else 1.0}
    for band, point in rows.filter(~pl.col("band").str.ends_with(UNKNOWN)).group_by("band").agg(tail).sort("band").rows():
        scale[band] = _root(point) if point else scale[EVERY_BAND]
    return scale


def _parts() -> tuple[pl.Expr, pl.Expr]:
    """Depth under list, and the weighted depth under the past."""
    listed = pl.coalesce("depth_list", "depth_own").fill_null(0.0)
    return listed, PAST_WEIGHT * pl.coalesce("depth_own", "depth_market").fill_null(0.0)


def _usual_list() -> pl.Expr:
    return pl.coalesce("own_median_list", "list_price")


def _scale(figures: pl.DataFrame, scorer: Scorer) -> pl.Expr:
    """What the product of novelty and depth is divided by."""
    other = pl.lit(scorer.scale[EVERY_BAND]) / level_factor(figures)
    taught = {band: root for band, root in scorer.scale.items() if band != EVERY_BAND}
    if not taught:
        return other
    learned = band_key(scorer.bands).replace_strict(list(taught), list(taught.values()), default=None, return_dtype=pl.Float64())
    return pl.coalesce(learned, other)


def _root(point: float) -> float:
    return rounded(math.sqrt(point))
