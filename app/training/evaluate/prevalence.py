"""What remains of a ranking when losses are rare? Generated evenings judged with 0.1, 0.3, 1, 3 and 10 % of the pairs sold at a loss.

Losses are planted in most lives; each pair that is one weighs so much that all of them make up the share asked for (the expectation of
re-sampling at that share, without its noise). Ratios are drawn over sellers; at 1 % also over whole seeds.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
import polars as pl

from app.training.evaluate.beside import detectors
from app.training.evaluate.detector import DIVISION, Flags, Floats
from app.training.evaluate.intervals import DRAWS, cluster_draws
from app.training.evaluate.judge import Row, rows, run
from app.training.evaluate.pairs import split
from app.training.evaluate.real_sets import QUICK_DRAWS, best_of
from app.training.evaluate.section import Section, Table, Wanted, number, ranged
from app.training.evaluate.sets.evenings import SESSIONS, evenings
from app.training.evaluate.table import figures, headline, told

SHARES: Final = (0.001, 0.003, 0.01, 0.03, 0.10)
MAIN: Final = 0.01
QUICK_SEEDS: Final = 2
QUICK_SESSIONS: Final = 4
COLUMNS: Final = (
    "losses",
    "ours",
    "P@50",
    "best division",
    "its AP",
    "x best division",
    "x best, over seeds",
    "supervised",
    "x supervised",
)


def section(wanted: Wanted) -> Section:
    """Every share, with the whole table at 1 %."""
    seeds, sessions = (QUICK_SEEDS, QUICK_SESSIONS) if wanted.quick else (wanted.seeds, SESSIONS)
    given = evenings(seeds, sessions=sessions, step=wanted.step)
    parts = split(given)
    given = replace(given, figures=given.figures.clear())  # twenty markets need not lie in memory twice
    found = run(detectors(wanted), parts, wanted.step)
    loss, pairs = parts.later.loss, parts.later.pairs.with_columns(_seed())
    draws = QUICK_DRAWS if wanted.quick else DRAWS
    of_sellers, of_seeds = (cluster_draws(pairs, by, wanted.seed, draws) for by in (given.cluster, ("seed",)))
    few = [s for s in found if s is found[0] or s.detector.kind == DIVISION]
    tables, drawn = {}, {}
    for share in SHARES:
        weights = weights_for(loss, share)
        tables[share] = rows(found, parts, of_sellers, weights)
        drawn[share] = rows(few, parts, of_seeds, weights)[0]
    lines = tuple(_line(share, tables[share], drawn[share]) for share in SHARES)
    shown = {share: _shown(tables[share], drawn[share]) for share in SHARES}
    told_of = {
        **figures(given, parts, tables[MAIN], best_of(tables[MAIN])),
        "prevalence": {str(s): shown[s] for s in SHARES},
        "shown": shown[MAIN],
    }
    title = f"evenings: {told_of['pairs']:,} pairs, {told_of['losses']:,} losses weighed as 1 % of them, {seeds} seeds"
    return Section("evenings", told_of, (Table("evenings by share of losses", COLUMNS, lines), told(title, tables[MAIN])), (given.note,))


def weights_for(loss: Flags, share: float) -> Floats:
    """(pairs,): 1 without a loss, and for losses what makes them `share` of the whole; all 1 where one kind is missing."""
    losses = int(loss.sum())
    if not losses or losses == len(loss):
        return np.ones(len(loss))
    return np.where(loss, share / (1 - share) * (len(loss) - losses) / losses, 1.0)


def _seed() -> pl.Expr:
    return pl.col("seller_id").str.split(":").list.first().alias("seed")


def _line(share: float, table: list[Row], over_seeds: Row) -> tuple[str, ...]:
    ours, best = table[0], best_of(table)
    division = next((row for row in table if row.name == best), None)
    supervised = next((row for row in table if row.kind == "supervised"), None)
    gain = " no gain shown" if ours.to_best_range[0] <= 1.0 <= ours.to_best_range[1] else ""
    return (
        f"{100 * share:g} %", ranged(ours.ap, ours.ap_range), number(ours.first50, 2), best or "-",
        number(division.ap if division else None), ranged(ours.to_best, ours.to_best_range) + gain,
        ranged(over_seeds.to_best, over_seeds.to_best_range), number(supervised.ap if supervised else None), number(ours.to_supervised),
    )  # fmt: skip


def _shown(table: list[Row], over_seeds: Row) -> dict[str, Any]:
    return {**headline(table, best_of(table)), "ratio_over_seeds_range": over_seeds.to_best_range, "p_at_50": table[0].first50}
