"""How is the loss probability learned? On pairs with known cost; calibrated on owners and sessions that the fit never saw."""

from __future__ import annotations

from itertools import product
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]  # ships no types; comes with scikit-learn

from app.detection.forest import Scores
from app.detection.loss import Lead, LossModel, margin, market
from app.detection.loss_features import RISING, Matrix, loss_frame, loss_matrix
from app.domain.canonical import rounded

Flags = npt.NDArray[np.bool_]
ROUNDS: Final = 80
FOLDS: Final = 5
"""Owners are dealt into so many parts, sessions cut by time into as many; a part of one in a part of the other is judged by a fit on
neither. Later sessions do teach about earlier ones here: a calibration on the last part alone had too few losses."""
DRAWN: Final = 50
LEAST_LOSSES: Final = 20
"""Fewer known losses teach no boosting and no calibration: the model then holds no loss probability."""
SPREAD: Final = 0.01
"""Part of the median base score that is added before its logarithm: a pair without any depth has a score of 0."""
FLATTEST: Final = 0.25
"""Least slope of the odds over ln(base score): where the base tells nothing, a led score must not explode."""

_THREADS: Final = ThreadpoolController()


def boost(x: Matrix, loss: Flags, seed: int) -> HistGradientBoostingClassifier:
    """The fit; every anchor's depth may only raise it. One thread: two trainings must be byte-equal."""
    model = HistGradientBoostingClassifier(
        max_iter=ROUNDS,
        learning_rate=0.1,
        max_leaf_nodes=8,
        min_samples_leaf=12,
        l2_regularization=2.0,
        monotonic_cst=list(RISING),
        early_stopping=False,
        random_state=seed,
    )
    # scikit-learn cannot bin a column that is all gaps; a constant one is never split, so a gap met later changes nothing
    known = np.where(np.isnan(x).all(axis=0), 0.0, x)
    with _THREADS.limit(limits=1):
        return model.fit(known, loss)


def learn_loss(pairs: pl.DataFrame, seed: int) -> LossModel | None:
    """The model from known pairs: one row each (lowest_rows) with figures, anomaly_score by the forest alone, `loss` and `owner`.

    None with fewer than LEAST_LOSSES losses or nothing else.
    """
    pairs = pairs.sort("end_us", "platform", "session_id", "seller_id", "product_id")
    loss = pairs.get_column("loss").to_numpy()
    if loss.sum() < LEAST_LOSSES or loss.all():
        return None
    levels = category_levels(pairs)
    margins = _kept_out(pairs, loss, seed)
    base = pairs.get_column("anomaly_score").to_numpy()
    lead = _lead(base, margins, loss)
    knots, shares = blocks(margins, loss)
    return LossModel(
        boosting=boost(matrix(pairs, levels), loss, seed),
        margins=tuple(rounded(v) for v in knots),
        probabilities=tuple(rounded(v) for v in shares),
        levels=levels,
        support=_support(pairs),
        lead=lead,
    )


def matrix(pairs: pl.DataFrame, levels: dict[str, float]) -> Matrix:
    """The boosting's view of pairs."""
    return loss_matrix(loss_frame(pairs), pairs.get_column("key"), levels)


def category_levels(pairs: pl.DataFrame) -> dict[str, float]:
    """key -> share of losses among its known pairs, as if DRAWN pairs at the share of all stood beside them.

    Every owner's pairs count, the judged one's too: only the kept-out margins of the calibration are made without them.
    """
    share = pairs.get_column("loss").mean()
    level = (pl.col("loss").sum() + DRAWN * pl.lit(share)) / (pl.len() + DRAWN)
    return {str(key): rounded(value) for key, value in pairs.group_by("key").agg(level).sort("key").rows()}


def _kept_out(pairs: pl.DataFrame, loss: Flags, seed: int) -> Scores:
    """The margin of each pair by a fit that saw neither its owner nor its part of the time."""
    draw = np.random.default_rng(seed)
    owner = pairs.select(pl.col("owner").rank("dense") - 1).to_series().to_numpy()
    fold = (draw.permutation(int(owner.max()) + 1) % FOLDS)[owner]
    ends = pairs.get_column("end_us").to_numpy()
    cuts = [np.quantile(ends, k / FOLDS, method="lower") for k in range(1, FOLDS)]
    time = np.searchsorted(cuts, ends, side="left")
    margins = np.full(len(loss), float(np.log(loss.mean() / (1 - loss.mean()))))
    for number, part in product(range(FOLDS), range(FOLDS)):
        taught, judged = (fold != number) & (time != part), (fold == number) & (time == part)
        if judged.any() and 0 < loss[taught].sum() < taught.sum():
            past = pairs.filter(pl.Series(taught))
            levels = category_levels(past)
            fitted = boost(matrix(past, levels), loss[taught], seed)
            margins[judged] = margin(fitted, matrix(pairs.filter(pl.Series(judged)), levels))
    return margins


def blocks(margins: Scores, loss: Flags) -> tuple[list[float], list[float]]:
    """Centre and share of losses of each isotonic block, ascending.

    A first block without losses says 0 and a last one of nothing else says 1, whatever their size: there half a loss in one pair more is
    added. In the small blocks between it would only pull every share down.
    """
    level = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit_transform(margins, loss)
    table = pl.DataFrame({"share": level, "margin": margins}).group_by("share").agg(pl.col("margin").mean(), pl.len()).sort("share")
    edge = pl.col("share").is_in([0.0, 1.0])
    counted = pl.when(edge).then((pl.col("share") * pl.col("len") + 0.5) / (pl.col("len") + 1)).otherwise("share")
    shares = np.maximum.accumulate(table.select(counted).to_series().to_numpy())
    return table.get_column("margin").to_list(), shares.tolist()


def _support(pairs: pl.DataFrame) -> dict[str, tuple[int, int, int]]:
    counts = (
        pairs.group_by(market().alias("market"))
        .agg(pl.col("owner").n_unique(), pl.len().alias("pairs"), pl.col("loss").sum())
        .sort("market")
    )
    return {name: (owners, n, losses) for name, owners, n, losses in counts.drop_nulls().rows()}


def _lead(base: Scores, margins: Scores, loss: Flags) -> Lead:
    """Two logistic lines on the same kept-out pairs: odds over ln(base score), odds over the margin."""
    smallest = SPREAD * float(np.median(base[base > 0])) if (base > 0).any() else 1.0
    a, b = _line(np.log(base + smallest), loss)
    c, d = _line(margins, loss)
    return Lead(*(rounded(v) for v in (a, max(b, FLATTEST), c, max(d, 0.0), smallest)))


def _line(x: Scores, loss: Flags) -> tuple[float, float]:
    fitted = LogisticRegression(C=1e4, max_iter=1000).fit(x.reshape(-1, 1), loss)
    return float(fitted.intercept_[0]), float(fitted.coef_[0, 0])
