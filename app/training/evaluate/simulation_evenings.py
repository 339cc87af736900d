"""And through the whole line? Normal generated evenings by the serving model: the share of held-back units at small p over that level."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import polars as pl

from app.detection.exceedance import check
from app.detection.model import Model
from app.domain.days import SEALED_DAY_SCHEMA
from app.domain.events import PAIR
from app.domain.snapshot import empty_snapshot
from app.findings.rulebook import read_rule_book
from app.training.bulk import Bulk, rows_of
from app.training.evening.build import DEMO_DAY, Plan, build_evening
from app.training.evening.wire import PLATFORM

FIRST_SEED: Final = 9_000
"""No recipe trains on these evenings."""
Progress = Callable[[str], None]


def normal_units(
    model: Model, evenings: int, *, sessions: int = 40, rules: Path | None = None, progress: Progress = lambda _: None
) -> pl.DataFrame:
    """seller, stratum, day, p, calibration: every unit of `evenings` evenings without losses, its p at the end of its session."""
    found = []
    for number in range(evenings):
        day: date = DEMO_DAY + timedelta(days=number % 3)
        made = build_evening(Plan(seed=FIRST_SEED + number, day=day, sessions=sessions, prevalence=0.0))
        tables = replace(empty_snapshot(), sellers=made.sellers, costs=made.costs, catalogue=made.catalogue)
        book = read_rule_book(rules) if rules else read_rule_book()
        history = made.history.select(*SEALED_DAY_SCHEMA)
        bulk = Bulk(PLATFORM, tables, book, model, history)
        finals = pl.concat([c.finals for c in bulk.run(rows_of(made.arrivals.events, PLATFORM))], how="diagonal_relaxed")
        units = finals.filter("natural").sort(*PAIR, "pane").group_by(PAIR, maintain_order=True).last()
        found.append(
            units.select(
                pl.format("{}-{}", pl.lit(number), "seller_id").alias("seller"),
                pl.col("calibration_level").alias("stratum"),
                pl.lit(number).alias("day"),
                pl.col("p_value").alias("p"),
                "calibration",
            )
        )
        progress(f"evening {number + 1} of {evenings}: {units.height:,} units")
    return pl.concat(found)


def evening_rows(model: Model, evenings: int = 6, **options: Any) -> dict[str, Any]:
    """{"checked": rows of exceedance.check over all and by stratum, "units", "without_p"}."""
    units = normal_units(model, evenings, **options)
    checked = check(units.drop_nulls("p")).filter(pl.col("scope").is_in(["all", "stratum"]))
    return {"checked": checked.to_dicts(), "units": units.height, "without_p": units.get_column("p").null_count()}
