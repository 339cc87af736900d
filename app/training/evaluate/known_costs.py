"""What do the costs of some sellers teach about the others? Known for 30 % of the owners in one week, the others judged in the next.

Beside the loss probability without and with benchmark costs: the single divisions, the score that no label was needed for, the ratio
price / benchmark alone, and a fit on everybody's costs, which is the ceiling. Cost of the judged hidden, per pair (its highest final).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import polars as pl

from app.detection.features import price_now
from app.detection.loss import SUPPORT_RULE, LossModel, margin, with_loss
from app.domain.events import PAIR
from app.training.evaluate.intervals import cluster_draws, interval
from app.training.evaluate.known_market import Judged, judged_market
from app.training.evaluate.section import Wanted
from app.training.known_costs import lowest_rows
from app.training.loss_fit import boost, category_levels, learn_loss, matrix
from app.training.metrics import Floats, average_precision

SHARE: Final = 0.3
LEVELS: Final = (0.80, 0.90, 0.95)
DIVISIONS: Final = {
    "price / list": "list_price",
    "price / own median": "own_median_ps",
    "price / market median": "market_median",
    "price / matched rivals": "rivals_median_pb",
    "price / reference": "reference",
}
BENCHMARK: Final = "price / benchmark cost"
BASE, BARE, WITH = "score without labels", "loss_probability, no benchmarks", "loss_probability, with benchmarks"
NOTHING: Final = -1e9
LED, CEILING = "anomaly_score, led", "fit on all sellers' costs"

Progress = Callable[[str], None]
Row = dict[str, Any]


def measure(wanted: Wanted) -> tuple[Row, list[Row]]:
    """For `kawal evaluate --set known-costs`."""
    if wanted.quick:
        return evaluate_known_costs(splits=1, sellers=90, evenings=6, seed=wanted.seed, progress=wanted.step)
    return evaluate_known_costs(seed=wanted.seed, progress=wanted.step)


def evaluate_known_costs(
    splits: int = 8, *, seed: int = 7, sellers: int = 160, evenings: int = 14, progress: Progress = lambda _: None
) -> tuple[Row, list[Row]]:
    """(figures, table rows). Mean and range over splits; paired intervals of the first split over owners."""
    market = judged_market(seed, sellers=sellers, evenings=evenings)
    progress("market")
    owners = market.finals.get_column("owner").unique().sort().to_list()
    found: list[Row] = []
    for number in range(splits):
        draw = np.random.default_rng([seed, number])
        known = sorted(draw.choice(owners, size=round(SHARE * len(owners)), replace=False).tolist())
        found.append(_split(market, known, seed, paired=number == 0))
        progress(f"split {number + 1}")
    return _figures(market, found, len(owners)), _table(found)


def _split(market: Judged, known: list[str], seed: int, *, paired: bool) -> Row:
    """Average precisions, cuts and, where asked for, paired intervals of one split."""
    finals = market.with_known(known)
    bare = finals.with_columns(pl.lit(None, pl.Float64).alias("benchmark_cost"))
    theirs, first = pl.col("owner").is_in(known), pl.col("end_us") <= market.cut_us
    models = {
        BARE: learn_loss(lowest_rows(bare.filter(theirs & first)), seed),
        WITH: learn_loss(lowest_rows(finals.filter(theirs & first)), seed),
    }
    judged = finals.filter(~theirs & ~first)
    pairs = _pairs(judged, bare.filter(~theirs & ~first), models, _ceiling(lowest_rows(finals.filter(first)), judged, seed))
    loss = pairs.get_column("loss").to_numpy()
    scores = {c: pairs.get_column(c).to_numpy() for c in (*DIVISIONS, BENCHMARK, BASE, BARE, WITH, LED, CEILING)}
    aps = {name: average_precision(loss, values) for name, values in scores.items()}
    best = max(DIVISIONS, key=lambda name: aps[name])
    return {
        "ap": aps,
        "best": best,
        "pairs": len(loss),
        "losses": int(loss.sum()),
        "supported": float((scores[WITH] > NOTHING).mean()),
        "benchmarked": float((scores[BENCHMARK] > NOTHING).mean()),
        "cuts": {name: [_cut(scores[name], loss, level) for level in LEVELS] for name in (BARE, WITH)},
        "paired": _paired(pairs, scores, best, seed) if paired else None,
    }


def _pairs(judged: pl.DataFrame, bare: pl.DataFrame, models: dict[str, LossModel | None], ceiling: Floats) -> pl.DataFrame:
    """One row per pair: its highest value of each score. What has no value ranks last."""
    told = with_loss(judged, models[WITH])
    columns = {
        **{name: (pl.col(anchor).cast(pl.Float64) / price_now()).log() for name, anchor in DIVISIONS.items()},
        BENCHMARK: (pl.col("benchmark_cost") / price_now()).log(),
        BASE: pl.col("anomaly_score"),
        LED: pl.Series(told.get_column("anomaly_score")),
        WITH: pl.Series(told.get_column("loss_probability")),
        BARE: pl.Series(with_loss(bare, models[BARE]).get_column("loss_probability")),
        CEILING: pl.Series(ceiling),
    }
    frame = judged.select(
        *PAIR, "owner", "loss", *[(e.alias(n) if isinstance(e, pl.Expr) else pl.lit(e).alias(n)) for n, e in columns.items()]
    )
    highest = [pl.col(name).max().fill_null(NOTHING) for name in columns]
    return frame.group_by(PAIR, maintain_order=True).agg(pl.col("owner", "loss").first(), *highest).sort(PAIR)


def _ceiling(taught: pl.DataFrame, judged: pl.DataFrame, seed: int) -> Floats:
    """Margins of a fit on the first week's pairs of all sellers."""
    levels = category_levels(taught)
    return margin(boost(matrix(taught, levels), taught.get_column("loss").to_numpy(), seed), matrix(judged, levels))


def _cut(probability: Floats, loss: np.ndarray[Any, Any], level: float) -> Row:
    """The longest list, best first, whose mean probability is at least `level`: its length and what share of it are losses."""
    order = np.argsort(-probability, kind="stable")
    mean = np.cumsum(np.maximum(probability[order], 0.0)) / np.arange(1, len(order) + 1)
    reached = np.flatnonzero(mean >= level)
    if not len(reached):
        return {"level": level, "listed": 0, "realised": None}
    listed = int(reached[-1]) + 1
    return {"level": level, "listed": listed, "realised": float(loss[order][:listed].mean())}


def _paired(pairs: pl.DataFrame, scores: dict[str, Floats], best: str, seed: int) -> Row:
    """95 % of the paired ratios, owners drawn with replacement."""
    loss = pairs.get_column("loss").to_numpy()
    weights = cluster_draws(pairs, ("owner",), seed)
    drawn = {n: np.array([average_precision(loss, scores[n], w) for w in weights]) for n in {best, BARE, WITH, BASE, LED, BENCHMARK}}
    asked = [(BARE, best), (WITH, best), (WITH, BARE), (WITH, BENCHMARK), (LED, BASE)]
    return {f"{above} / {below}": interval(drawn[above] / drawn[below]) for above, below in asked}


def _figures(market: Judged, found: Sequence[Row], owners: int) -> Row:
    best = np.array([f["ap"][f["best"]] for f in found])
    ratios = {name: [float(f["ap"][name] / b) for f, b in zip(found, best, strict=True)] for name in (BARE, WITH, LED, BENCHMARK, CEILING)}
    cuts = [
        {"score": name, "level": level, **_held([f["cuts"][name][k] for f in found], level)}
        for name in (BARE, WITH)
        for k, level in enumerate(LEVELS)
    ]
    none = with_loss(market.finals.filter(pl.col("end_us") > market.cut_us), None)
    return {
        "splits": len(found),
        "owners": owners,
        "known_share": SHARE,
        "support_rule": SUPPORT_RULE,
        "pairs_judged": _mean([f["pairs"] for f in found]),
        "loss_share": _mean([f["losses"] / f["pairs"] for f in found]),
        "pairs_supported": _mean([f["supported"] for f in found]),
        "pairs_with_benchmark": _mean([f["benchmarked"] for f in found]),
        "best_division": [f["best"] for f in found],
        "to_best_division": {name: _spread(values) for name, values in ratios.items()},
        "to_ceiling": _spread([f["ap"][WITH] / f["ap"][CEILING] for f in found]),
        "paired_95": found[0]["paired"],
        "cuts": cuts,
        "none_known": {
            "probabilities_said": none.get_column("loss_probability").drop_nulls().len(),
            "ap_without_labels": _spread([f["ap"][BASE] for f in found]),
            "lost_ap": _mean([f["ap"][WITH] - f["ap"][BASE] for f in found]),
        },
        "holds": {
            "without benchmarks >= 1.08": _mean(ratios[BARE]) >= 1.08,
            "with benchmarks >= 1.12": _mean(ratios[WITH]) >= 1.12,
            "cuts within 5 points": all(c["off"] is not None and abs(c["off"]) <= 0.05 for c in cuts),
        },
    }


def _held(cuts: Sequence[Row], level: float) -> Row:
    realised = [c["realised"] for c in cuts if c["realised"] is not None]
    off = _mean(realised) - level if realised else None
    return {
        "listed": _mean([c["listed"] for c in cuts]),
        "realised": _spread(realised) if realised else None,
        "off": off,
        "empty": len(cuts) - len(realised),
    }


def _table(found: Sequence[Row]) -> list[Row]:
    rows = []
    for name in found[0]["ap"]:
        ap = _spread([f["ap"][name] for f in found])
        ratio = _spread([f["ap"][name] / f["ap"][f["best"]] for f in found])
        rows.append({"score": name, "AP": ap["mean"], "least": ap["least"], "most": ap["most"], "x best division": ratio["mean"]})
    return rows


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))


def _spread(values: Sequence[float]) -> Row:
    return {"mean": _mean(values), "least": float(min(values)), "most": float(max(values))}
