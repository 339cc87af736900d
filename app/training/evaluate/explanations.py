"""Do explanations hold? Additivity, planted causes, prices that clear when the evening is re-priced, scores that follow the price.

Everything is measured on the served model and on invented evenings run through the line itself (issue 3, must show 5). A cause is
planted by raising a feature of an ordinary final to 1.0 to 1.5 times the highest value that any ordinary final shows; once in finals in
which nothing else stands out (rarity up to their 90 % point), once in all of them, oddities of their own included.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

import numpy as np
import polars as pl

from app.detection.explain import average_length, explain
from app.detection.features import NAMES, Matrix, feature_frame, matrix
from app.detection.forest import rarity
from app.detection.model import Model
from app.domain.events import PAIR
from app.domain.levels import Severity
from app.law.defences.answer import Status
from app.training.evaluate.repriced import Pair, Said, at_one_price, cut, pair_of, said_of
from app.training.evening.build import DEMO_DAY, Evening, Plan, build_evening

FIRST_SEED: Final = 7_101
"""Not the seeds of the recipe (101 ...), the demo (7) or the other sets."""
SESSIONS: Final = 20
PLANTED: Final = 0.3
CUTS: Final = (1, 5, 20)
CAUSES: Final = (1, 2, 3)
CASES: Final = 400
BEYOND: Final = 1.5
NOTHING_ELSE: Final = 0.9

Row = dict[str, Any]


def evaluate_explanations(
    model: Model, *, evenings: int = 3, cases: int = CASES, day: date = DEMO_DAY, step: Callable[[str], None] = lambda _: None
) -> tuple[dict[str, Any], list[Row]]:
    """(figures, rows): rows are {"check", "of", "n", "value"}; figures hold the same by name, for `kawal evaluate --set explanations`."""
    ordinary = _rows_of_features(model, _evening(FIRST_SEED, 0.0, day))
    step("additivity and planted causes")
    seen, rare = features_seen(model, ordinary), rarity(model.scorer.forest, ordinary)
    quiet = ordinary[rare <= np.quantile(rare, NOTHING_ELSE)]
    figures: dict[str, Any] = {
        "additivity_error": additivity_error(model, ordinary),
        "features_seen": [NAMES[i] for i in seen],
        "top_contribution_is_planted": {str(k): top_is_planted(model, quiet, ordinary, seen, k, cases) for k in CAUSES},
        "top_contribution_is_planted_any_final": {str(k): top_is_planted(model, ordinary, ordinary, seen, k, cases) for k in CAUSES},
        "cases": cases,
    }
    cleared, flagged, priced, tight, finals = 0, 0, 0, 0, 0
    broken = dict.fromkeys(("novelty_score", "anomaly_score", "severity"), 0)
    for seed in range(FIRST_SEED + 1, FIRST_SEED + 1 + evenings):
        made = _evening(seed, PLANTED, day)
        before = said_of(made, made.arrivals.events, model)
        prices, found = told_prices(before)
        loud = still_found(said_of(made, at_one_price(made.arrivals.events, prices), model), prices)
        flagged, priced, cleared = flagged + found, priced + len(prices), cleared + len(prices) - len(loud)
        under = {pair: price - 1 for pair, price in prices.items() if price > 1}
        tight += len(still_found(said_of(made, at_one_price(made.arrivals.events, under), model), under))
        step(f"evening {seed}: {found} findings, {len(prices)} with a price, {len(loud)} still found")
        for percent in CUTS:
            fell = falls(before, said_of(made, cut(made.arrivals.events, percent), model))
            finals += before.finals.height
            broken = {name: count + fell[name] for name, count in broken.items()}
        step(f"evening {seed}: cuts of {', '.join(map(str, CUTS))} %: {broken}")
    figures |= {
        "findings": flagged,
        "with_counterfactual": priced,
        "counterfactual_cleared": cleared / flagged if flagged else None,
        "found_one_unit_lower": tight / priced if priced else None,
        "finals_cut": finals,
        "falls_after_cuts": broken,
    }
    return figures, _as_rows(figures)


def additivity_error(model: Model, x: Matrix) -> float:
    """Largest gap between contributions + expected length and the path length that scikit-learn's own score implies, in splits."""
    trees, found = model.scorer.forest, explain(model.scorer.forest, x)
    own = -np.log2(-trees.score_samples(x)) * float(average_length(trees.max_samples_))
    return float(np.abs(found.changes.sum(axis=1) + found.expected - own).max())


def features_seen(model: Model, x: Matrix) -> list[int]:
    """Features that the forest splits on and that vary in x: a cause in any other is invisible to it."""
    split = {int(f) for tree in model.scorer.forest.estimators_ for f in tree.tree_.feature if f >= 0}
    return [i for i in range(x.shape[1]) if i in split and x[:, i].max() > 0]


def top_is_planted(model: Model, base: Matrix, x: Matrix, seen: list[int], causes: int, cases: int, seed: int = 1) -> float:
    """Share of cases, drawn from `base`, whose strongest isolating feature is one of those planted beyond the highest of x."""
    draw = np.random.default_rng([seed, causes])
    rows = base[draw.integers(0, len(base), cases)].copy()
    planted = np.array([draw.choice(seen, min(causes, len(seen)), replace=False) for _ in range(cases)])
    highest = x.max(axis=0)[planted]
    np.put_along_axis(rows, planted, highest * draw.uniform(1.0, BEYOND, planted.shape), axis=1)
    top = explain(model.scorer.forest, rows).changes.argmin(axis=1)
    return float((planted == top[:, None]).any(axis=1).mean())


def told_prices(said: Said) -> tuple[dict[Pair, int], int]:
    """(the counterfactual price of each pair's newest version, number of pairs with a finding)."""
    newest = {pair_of(told.final): told.explanation for told in said.told if told.explanation is not None}
    prices = {pair: found["counterfactual"]["price"] for pair, found in newest.items()}
    return {pair: int(price) for pair, price in prices.items() if price is not None}, len(newest)


def still_found(said: Said, prices: dict[Pair, int]) -> set[Pair]:
    """Of the re-priced pairs those that still have a finding."""
    return {pair_of(told.final) for told in said.told if told.state.level and pair_of(told.final) in prices}


def falls(before: Said, after: Said) -> dict[str, int]:
    """So many finals whose scores, or whose severity (but where D9 then holds), fell although every price was cut."""
    slips = {
        (*pair_of(told.final), told.final["pane"])
        for told in after.told
        if any(d.id == "D9" and d.status is Status.HOLDS for d in told.judgement.defences)
    }
    both = before.finals.join(after.finals, on=[*PAIR, "pane"], suffix="_after")
    scores = both.select((pl.col(f"{c}_after") < pl.col(c)).sum().alias(c) for c in ("novelty_score", "anomaly_score")).row(0, named=True)
    lower = both.filter((pl.col("severity_after") < pl.col("severity")) & (pl.col("severity") > int(Severity.NONE)))
    severity = sum((*pair_of(row), row["pane"]) not in slips for row in lower.iter_rows(named=True))
    return {**scores, "severity": severity}


def _evening(seed: int, prevalence: float, day: date) -> Evening:
    return build_evening(Plan(seed, day, SESSIONS, prevalence, 2.0, duplicates=0.0, slow=0.0))


def _rows_of_features(model: Model, made: Evening) -> Matrix:
    raw = feature_frame(said_of(made, made.arrivals.events, None).finals)
    return matrix(raw.filter(~pl.all_horizontal(pl.all().is_null())), model.scorer.neutral)


def _as_rows(figures: dict[str, Any]) -> list[Row]:
    top, loose = figures["top_contribution_is_planted"], figures["top_contribution_is_planted_any_final"]
    return [
        {"check": "largest additivity error, splits", "of": "ordinary finals", "n": None, "value": figures["additivity_error"]},
        *[{"check": "top contribution is planted", "of": f"{k} causes", "n": figures["cases"], "value": top[str(k)]} for k in CAUSES],
        *[{"check": "the same, any final", "of": f"{k} causes", "n": figures["cases"], "value": loose[str(k)]} for k in CAUSES],
        {"check": "counterfactual clears", "of": "findings", "n": figures["findings"], "value": figures["counterfactual_cleared"]},
        {"check": "one unit lower it does not", "of": "findings", "n": figures["findings"], "value": figures["found_one_unit_lower"]},
        *[
            {"check": f"{name} fell after a cut", "of": "finals", "n": figures["finals_cut"], "value": count}
            for name, count in figures["falls_after_cuts"].items()
        ],
    ]
