"""How bad is a row beside the others? novelty_score (forest) and anomaly_score = (novelty - floor) x depth / sqrt(band).

Depth D2 is the two-division baseline of detection-study 2: depth under list plus a fifth of the depth under the past. The root of the
band's 95 % point half-scales cheap and dear goods to each other (full scaling was worse, none was worse on vegetables).
"""

from __future__ import annotations

import math
from typing import Final

import polars as pl

from app.detection import features, forest
from app.detection.bands import Bands
from app.detection.model import Scorer
from app.domain.canonical import rounded

PAST_WEIGHT: Final = 0.2
TAIL: Final = 0.95
EVERY_BAND: Final = ""


def depth() -> pl.Expr:
    """D2 (ln) from feature columns as known, gaps left open: without a list price the own past stands in; without both it is 0.

    Own history goes before the category's median, which mixes goods; a row with no anchor at all has no depth to speak of.
    """
    listed = pl.coalesce("depth_list", "depth_own").fill_null(0.0)
    return listed + PAST_WEIGHT * pl.coalesce("depth_own", "depth_market").fill_null(0.0)


def band_key(bands: Bands) -> pl.Expr:
    """ "currency|band" of the usual list price; of the shown one only while the product has no past."""
    return pl.concat_str(pl.col("currency"), bands.of(pl.coalesce("own_median_list", "list_price")), separator="|")


def score(figures: pl.DataFrame, scorer: Scorer) -> pl.DataFrame:
    """figures + novelty_score, anomaly_score (f64, 12 significant digits, null without a price); row by row, whatever the batch."""
    raw = features.feature_frame(figures)
    novelty = forest.novelty(scorer.monotone, features.matrix(raw, scorer.neutral))
    bands, roots = list(scorer.scale), list(scorer.scale.values())
    scored = figures.with_columns(
        pl.Series("novelty_score", novelty, dtype=pl.Float64),
        raw.select(depth().alias("anomaly_score")).to_series(),
    ).with_columns(
        (
            (pl.col("novelty_score") - scorer.floor).clip(lower_bound=0.0)
            * pl.col("anomaly_score")
            / band_key(scorer.bands).replace_strict(bands, roots, default=scorer.scale[EVERY_BAND], return_dtype=pl.Float64())
        )
        .round_sig_figs(forest.DIGITS)
        .alias("anomaly_score"),
    )
    priced = features.price_now().is_not_null()
    return scored.with_columns(pl.when(priced).then(c).alias(c) for c in ("novelty_score", "anomaly_score"))


def learn_scale(figures: pl.DataFrame, unscaled: Scorer) -> dict[str, float]:
    """sqrt of the 95 % point of the unscaled score per band and over all; a band that shows no discount takes the overall one."""
    rows = score(figures, unscaled).select(band_key(unscaled.bands).alias("band"), "anomaly_score").drop_nulls()
    tail = pl.col("anomaly_score").quantile(TAIL, "lower")
    overall = rows.select(tail).item()
    scale = {EVERY_BAND: _root(overall) if overall else 1.0}
    for band, point in rows.group_by("band").agg(tail).sort("band").rows():
        scale[band] = _root(point) if point else scale[EVERY_BAND]
    return scale


def _root(point: float) -> float:
    return rounded(math.sqrt(point))
