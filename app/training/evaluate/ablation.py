"""What does each part of the base score bring, and what was tried and left out? Average precision per pair with the part and without it.

Every variant is fitted on the same past and judged on the same later pairs; ratios are paired by draw of the set's clusters. A gain whose
95 % interval holds 1 is written "no gain shown". Some twenty variants are compared on each set: the best of them looks better than it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import polars as pl

from app.detection import features, forest
from app.detection.bands import UNKNOWN, learn_bands
from app.detection.features import NAMES, over, price_now
from app.detection.score import EVERY_BAND, PAST_WEIGHT, TAIL, band_key, level_factor, usual_discount
from app.detection.shown import SHOWN
from app.training.evaluate.detector import Floats
from app.training.evaluate.intervals import DRAWS, cluster_draws, interval
from app.training.evaluate.pairs import Split, scored, split
from app.training.evaluate.ranking import Ranking
from app.training.evaluate.section import Wanted
from app.training.evaluate.sets.shape import EvaluationSet
from app.training.sample import sample

SERVED: Final = "as served"
NO_GAIN: Final = "no gain shown"
QUICK_DRAWS: Final = 20
DIVISIONS: Final = {"price / list": "list_price", "price / own median": "own_median_ps", "price / market median": "market_median"}
TRIED: Final[dict[str, pl.Expr]] = {
    "depth_peers": SHOWN["depth_peers"],
    "beyond_usual": SHOWN["beyond_usual"].fill_null(over(pl.col("list_price"), price_now())),
    "velocity_5min": over(pl.col("w5_value_s").cast(pl.Float64()) / pl.col("w5_units"), price_now()),
    "depth_reference": over(pl.col("reference"), price_now()),
    "depth_own_list": over(pl.col("own_median_list"), price_now()),
}
"""Features that were offered to the forest beside those that it has; all rise when the price falls."""


@dataclass(frozen=True)
class Variant:
    """A base score with one thing changed."""

    name: str
    names: tuple[str, ...] = NAMES
    past: pl.Expr = field(default_factory=lambda: PAST_WEIGHT * pl.coalesce("depth_own", "depth_market").fill_null(0.0))
    """What is added to the depth under list."""
    power: float | None = None
    """Of the novelty above its floor; 0: without the forest; null: as served, 1 for a currency that was taught and the root for others."""
    usual: float = 1.0
    """How much of the usual discount is taken off the depth under list."""
    scaling: str = "served"
    """served: learned bands, the price level for other currencies; bands; level; none."""
    part: bool = False
    """Whether something was taken out (its gain is served / variant) or tried (variant / served)."""


@dataclass(frozen=True)
class Gain:
    """One row: what the part brings as a ratio of APs."""

    name: str
    ap: float
    gain: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        """In words; an interval that holds 1 shows nothing."""
        if self.low > 1.0:
            return "gain"
        return "loss" if self.high < 1.0 else NO_GAIN


def variants() -> list[Variant]:
    """The served score first, then parts taken out, then what was tried."""
    out = [Variant(f"feature {n}", tuple(m for m in NAMES if m != n), part=True) for n in NAMES]
    tried = [Variant(f"+ {n}", (*NAMES, n)) for n in TRIED]
    return [
        Variant(SERVED),
        Variant("forest", power=0.0, part=True),
        Variant("depth under the past", past=pl.lit(0.0), part=True),
        Variant("usual discount taken off", usual=0.0, part=True),
        Variant("scaling", scaling="none", part=True),
        *out,
        *tried,
        Variant("novelty itself, for every currency", power=1.0),
        Variant("novelty's root, for every currency", power=0.5),
        Variant("half the usual discount", usual=0.5),
        Variant("bands only, other currencies as one", scaling="bands"),
        Variant("price level instead of bands", scaling="level"),
        Variant("reference price as second anchor", past=PAST_WEIGHT * pl.col("depth_reference").fill_null(0.0)),
        Variant("past weighs 0.4", past=2.0 * PAST_WEIGHT * pl.col("depth_own").fill_null(0.0)),
    ]


def ablations(
    given: EvaluationSet, *, seed: int, draws: int = DRAWS, past: pl.DataFrame | None = None, step: Callable[[str], None] = lambda _: None
) -> list[Gain]:
    """Rows of `variants`, the served score first with gain 1, the single divisions last. past: figures to fit on instead of the set's own.

    Raises NothingToJudge for a set that cannot be split.
    """
    parts = split(given)
    past = parts.past if past is None else past
    weights = cluster_draws(parts.later.pairs, given.cluster, seed, draws)
    novelties: dict[tuple[str, ...], Fitted] = {}
    found: list[Gain] = []
    served: tuple[float, Floats] | None = None
    for variant in variants():
        step(variant.name)
        if variant.names not in novelties:
            novelties[variant.names] = Fitted.on(past, variant.names, seed)
        told = _precision(parts, _score(parts.later.finals, sample(past, seed), variant, novelties[variant.names]), weights)
        served = told if served is None else served
        found.append(_gain(variant.name, told, served, part=variant.part))
    for name, anchor in DIVISIONS.items():
        division = parts.later.finals.select((pl.col(anchor).cast(pl.Float64()) / price_now()).log()).to_series()
        assert served is not None
        found.append(_gain(name, _precision(parts, division.fill_null(np.nan).to_numpy(), weights), served, part=True))
    return found


def measure(wanted: Wanted) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The part `ablations` of the evaluation: each set fitted on its own past, and the vegetables on a past of another currency."""
    draws = QUICK_DRAWS if wanted.quick else DRAWS
    tables = {name: ablations(given, seed=wanted.seed, draws=draws, past=past, step=wanted.step) for name, given, past in _sets(wanted)}
    rows = [{"set": name, **_row(gain)} for name, table in tables.items() for gain in table]
    return {name: [_row(gain) for gain in table] for name, table in tables.items()}, rows


def _row(gain: Gain) -> dict[str, Any]:
    return {"what": gain.name, "ap": gain.ap, "gain": gain.gain, "range": [gain.low, gain.high], "verdict": gain.verdict}


def _sets(wanted: Wanted) -> Iterable[tuple[str, EvaluationSet, pl.DataFrame | None]]:
    from app.training.evaluate.sets.evenings import evenings
    from app.training.evaluate.sets.vegetables import vegetables

    nights = evenings(2 if wanted.quick else wanted.seeds, step=wanted.step)
    yield "evenings", nights, None
    if wanted.reference is not None:
        shop = vegetables(wanted.reference)
        yield "vegetables", shop, None
        yield "vegetables, fitted on evenings", shop, split(nights).past


@dataclass(frozen=True)
class Fitted:
    """A forest of some features and its monotone fit, as app.training.train.learn makes them."""

    neutral: dict[str, float]
    floor: float
    monotone: Any

    @classmethod
    def on(cls, past: pl.DataFrame, names: Sequence[str], seed: int) -> Fitted:
        """From every final of the past; the sample is the one of `kawal train`."""
        frame = frame_of(sample(past, seed)).select(names)
        medians = {n: frame.get_column(n).median() for n in names}
        neutral = {n: float(m) if isinstance(m, int | float) else 0.0 for n, m in medians.items()}
        neutral = dict(zip(neutral, forest.rounded(np.array(list(neutral.values()))).tolist(), strict=True))
        x = frame.select(pl.col(n).fill_null(neutral[n]) for n in names).to_numpy(order="c")
        monotone = forest.fit_monotone(forest.fit(x, seed), x, seed)
        return cls(neutral, float(forest.novelty(monotone, 0.0 * x[:1])[0]), monotone)

    def above_floor(self, frame: pl.DataFrame) -> pl.Series:
        """Novelty less its floor, at least 0."""
        x = frame.select(pl.col(n).fill_null(v) for n, v in self.neutral.items()).to_numpy(order="c")
        return pl.Series("above", np.clip(forest.novelty(self.monotone, x) - self.floor, 0.0, None), dtype=pl.Float64())


def frame_of(figures: pl.DataFrame) -> pl.DataFrame:
    """The forest's features and those that were tried; null on rows without a price."""
    known = price_now().is_not_null()
    tried = figures.select(pl.when(known).then(e.cast(pl.Float64())).alias(n) for n, e in TRIED.items())
    return features.feature_frame(figures).hstack(tried)


def _score(figures: pl.DataFrame, past: pl.DataFrame, variant: Variant, fitted: Fitted) -> Floats:
    taught = list(learn_bands(past).edges)

    def unscaled(rows: pl.DataFrame) -> pl.Series:
        frame = frame_of(rows)
        listed = pl.coalesce("depth_list", "depth_own").fill_null(0.0) - variant.usual * pl.col("usual")
        frame = frame.with_columns(rows.with_columns(usual_discount(rows).alias("usual")).get_column("usual"))
        deep = frame.select((listed.clip(lower_bound=0.0) + variant.past).alias("d")).to_series()
        if variant.power == 0.0:
            return deep
        power = pl.lit(variant.power) if variant.power is not None else pl.when(pl.col("currency").is_in(taught)).then(1.0).otherwise(0.5)
        return (
            deep
            * rows.select(fitted.above_floor(frame).alias("above"), power.alias("power")).select(pl.col("above").pow("power")).to_series()
        )

    priced = figures.select(price_now().is_not_null()).to_series()
    divided = unscaled(figures) / _roots(figures, past, unscaled(past), variant.scaling)
    return pl.select(pl.when(priced).then(divided)).to_series().fill_null(np.nan).to_numpy()


def _roots(figures: pl.DataFrame, past: pl.DataFrame, values: pl.Series, scaling: str) -> pl.Series:
    """What a row's score is divided by: the root of the 95 % point in its band, the price level's factor, both or 1."""
    if scaling == "none":
        return pl.Series([1.0]).new_from_index(0, figures.height)
    bands = learn_bands(past)
    tails = past.select(band_key(bands).alias("band")).with_columns(values.alias("v")).drop_nulls()
    overall = float(tails.select(pl.col("v").quantile(TAIL, "lower")).item() or 1.0) ** 0.5
    listed = ~pl.col("band").str.ends_with(UNKNOWN)
    of_band = dict(tails.filter(listed).group_by("band").agg(pl.col("v").quantile(TAIL, "lower")).filter(pl.col("v") > 0).rows())
    known = {k: v**0.5 for k, v in of_band.items()} if scaling != "level" else {EVERY_BAND: overall}
    learned = band_key(bands).replace_strict(list(known), list(known.values()), default=None, return_dtype=pl.Float64())
    other = pl.lit(overall) / (level_factor(figures) if scaling != "bands" else pl.lit(1.0))
    return figures.select(pl.coalesce(learned, other)).to_series()


def _precision(parts: Split, scores: Floats, weights: Floats) -> tuple[float, Floats]:
    ranking = Ranking(parts.later.loss, parts.later.highest(scored(parts.later, scores)))
    return float(ranking.average_precision(np.ones((1, weights.shape[1])))[0]), ranking.average_precision(weights)


def _gain(name: str, told: tuple[float, Floats], served: tuple[float, Floats], *, part: bool) -> Gain:
    above, below = (served, told) if part else (told, served)
    with np.errstate(divide="ignore", invalid="ignore"):
        return Gain(name, told[0], above[0] / below[0], *interval(above[1] / below[1]))
