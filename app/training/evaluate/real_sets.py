"""Which sets are judged as they are? Vegetables, till ticks, orange juice, promotions, Shopee: one split, one table each."""

from __future__ import annotations

from typing import Final

from app.training.evaluate.beside import detectors
from app.training.evaluate.intervals import DRAWS, cluster_draws
from app.training.evaluate.judge import Row, rows, run
from app.training.evaluate.pairs import NothingToJudge, split
from app.training.evaluate.section import Section, Wanted
from app.training.evaluate.sets.shape import EvaluationSet
from app.training.evaluate.table import figures, headline, told

QUICK_DRAWS: Final = 20


def judged(given: EvaluationSet, wanted: Wanted) -> Section:
    """The section of one set."""
    try:
        parts = split(given)
    except NothingToJudge as nothing:
        return Section(given.name, missing=str(nothing))
    found = run(detectors(wanted), parts, wanted.step)
    draws = cluster_draws(parts.later.pairs, given.cluster, wanted.seed, QUICK_DRAWS if wanted.quick else DRAWS)
    table = rows(found, parts, draws)
    best = best_of(table)
    told_of = figures(given, parts, table, best)
    title = f"{given.name}: {told_of['pairs']:,} pairs, {told_of['losses']:,} losses, {told_of['clusters']} clusters drawn"
    return Section(given.name, {**told_of, "shown": headline(table, best)}, (told(title, table),), (given.note,))


def best_of(table: list[Row]) -> str | None:
    """The division whose ratio to the best is the best's own: 1."""
    known = [row for row in table if row.kind == "single division" and row.ap == row.ap]
    return max(known, key=lambda row: row.ap).name if known else None
