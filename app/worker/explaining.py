"""Why does a version of a finding say what it says? Contributions to the forest's path length and the price that would clear, per final."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from app.detection.counterfactual import HIGHEST, Score, counterfactuals
from app.detection.explain import explain
from app.detection.features import NAMES, feature_frame, matrix
from app.detection.model import Scorer
from app.domain.canonical import rounded
from app.worker.context import Context
from app.worker.line import scored_anew

NOTHING: dict[str, Any] = {"contributions": [], "path_length": None, "expected_path_length": None}
"""Without a model, or where no price is in force, the forest has seen nothing."""


def explanations(finals: pl.DataFrame, context: Context) -> list[dict[str, Any]]:
    """The explanation (docs/architecture.md 5, without its sentence) of each row of judged figures.

    The row explained is the final at which the version begins; `highest` says whether its score is the session's highest so far.
    """
    if finals.is_empty():
        return []
    prices = counterfactuals(finals, context.rules, _score(context))
    shares = [NOTHING] * finals.height if context.model is None else contributions(finals, context.model.scorer)
    highest = finals.select((pl.col("anomaly_score") == pl.col("running_max")).fill_null(value=False)).to_series()
    return [
        share | {"of": {"pane": pane, "highest": top}, "counterfactual": price}
        for share, price, pane, top in zip(shares, prices, finals["pane"], highest, strict=True)
    ]


def outgrown(final: pl.DataFrame, borne: Sequence[float | None] | None, context: Context) -> bool:
    """Does the price that a version told for what the session had `borne` (HIGHEST's order) not clear any more at this final (one row)?"""
    before = final.with_columns(
        pl.lit(value, final.schema[name]).alias(name) for name, value in zip(HIGHEST.values(), borne or (None,) * len(HIGHEST), strict=True)
    )
    then, now = counterfactuals(pl.concat([before, final]), context.rules, _score(context))
    return bool(then["price"] != now["price"])


def _score(context: Context) -> Score | None:
    model = context.model
    return None if model is None else lambda figures: scored_anew(figures, model.scorer)


def contributions(finals: pl.DataFrame, scorer: Scorer) -> list[dict[str, Any]]:
    """Per row: what each feature adds to the path length (splits), what shortens it most first; path length and expected one."""
    raw = feature_frame(finals)
    found = explain(scorer.forest, matrix(raw, scorer.neutral))
    told = []
    for values, changes, length in zip(raw.iter_rows(), found.changes.tolist(), found.length.tolist(), strict=True):
        if all(value is None for value in values):
            told.append(NOTHING)
            continue
        shares = [
            {"feature": name, "value": None if value is None else rounded(value), "path_change": change}
            for name, value, change in zip(NAMES, values, changes, strict=True)
        ]
        shares.sort(key=lambda share: (share["path_change"], share["feature"]))
        told.append({"contributions": shares, "path_length": length, "expected_path_length": found.expected})
    return told
