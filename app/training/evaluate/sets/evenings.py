"""What would the service say of invented evenings? Every cost is known; one market a seed, a past evening and a later one.

Losses are planted in most lives, far more than there would be; `prevalence` of app.training.evaluate weighs the pairs so that losses make
up 0.1, 0.3, 1, 3 or 10 % of them, as the protocol of Walmart's released code re-samples its anomaly rate. All seeds are pooled: one model
is fitted on all past evenings, one ranking is judged over all later ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

import polars as pl

from app.domain.days import SEALED_DAY_SCHEMA
from app.domain.snapshot import empty_snapshot
from app.domain.time import PANE_US, day_start_us
from app.findings.rulebook import read_rule_book
from app.training.bulk import Bulk, rows_of
from app.training.evaluate.sets.shape import BY_SELLER, EvaluationSet
from app.training.evening.build import DEMO_DAY, Evening, Plan, build_evening
from app.training.evening.history import day_of
from app.training.evening.wire import PLATFORM

SESSIONS: Final = 12
PLANTED: Final = 0.5
"""Share of lives with a planted loss; the generator adds its five contrasts."""
HOURS: Final = 2.0
FIRST_SEED: Final = 4_001
"""Not the seeds of the recipe (101 ...) nor of the demo (7)."""
PAST_DAYS: Final = 1
DROPPED: Final = ("text", "digest", "spell", "spell_now", "stratum")
JUDGEMENT: Final = (
    "cost_lo", "cost_hi", "cost_tier", "cost_source", "legal_now", "legal_aligned", "cum_below_units", "cum_below_value", "finals",
    "p_value", "open_score", "close_score", "calibration_level", "calibration", "pane_below_units", "pane_below_value", "below_units",
    "below_value", "fair_after", "fair_before", "level", "legal_level", "severity", "in_spell", "promotion_id", "claim_source",
)  # fmt: skip
"""What the line judged without a model: of no use to whoever fits one, and twenty markets fill the memory."""


def evenings(
    seeds: int, *, sessions: int = SESSIONS, planted: float = PLANTED, hours: float = HOURS, day: date = DEMO_DAY,
    step: Callable[[str], None] = lambda _: None,
) -> EvaluationSet:  # fmt: skip
    """The pooled set of so many seeds; truth also says `first_loss_us`, the end of the first closed window below cost."""
    figures: list[pl.DataFrame] = []
    truth: list[pl.DataFrame] = []
    for seed in range(FIRST_SEED, FIRST_SEED + seeds):
        for night in (day - timedelta(days=PAST_DAYS), day):
            plan = Plan(seed, night, sessions, planted, hours, market_seed=seed, duplicates=0.0, slow=0.0)
            made = build_evening(plan)
            figures.append(_named(_finals(made), seed))
            truth.append(_named(truth_of(made.truth), seed))
        step(f"evening {seed}")
    note = f"invented; {seeds} markets, each with a past evening (fitted on) and a later one (judged); sellers of two seeds never mix"
    cut = day_start_us(day_of(day))
    return EvaluationSet("evenings", pl.concat(figures, how="vertical_relaxed"), pl.concat(truth), cut, BY_SELLER, note)


def truth_of(rows: Iterable[dict[str, object]]) -> pl.DataFrame:
    """Truth rows of an evening or of the tills as the set's table, with the moment of the first loss."""
    schema = {**dict.fromkeys(("platform", "session_id", "seller_id", "product_id"), pl.String()), "below_cost": pl.Boolean()}
    table = pl.DataFrame(list(rows), schema={**schema, "first_below_pane": pl.Int64()}, strict=False)
    return table.select(
        "platform", "session_id", "seller_id", "product_id", pl.col("below_cost").alias("loss"),
        ((pl.col("first_below_pane") + 1) * PANE_US).alias("first_loss_us"),
    )  # fmt: skip


def _finals(made: Evening) -> pl.DataFrame:
    snapshot = replace(empty_snapshot(), senders={PLATFORM: ()}, sellers=made.sellers, catalogue=made.catalogue)
    line = Bulk(PLATFORM, snapshot, read_rule_book(), history=made.history.select(*SEALED_DAY_SCHEMA))
    finals = [closed.finals.filter("natural") for closed in line.run(rows_of(made.arrivals.events, PLATFORM))]
    return pl.concat([f for f in finals if f.height], how="vertical_relaxed").drop(*DROPPED, *JUDGEMENT, strict=False)


def _named(frame: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Seller ids with their seed: every market numbers its sellers from one."""
    return frame.with_columns(pl.format("{}:{}", pl.lit(seed), pl.col("seller_id")).alias("seller_id"))
