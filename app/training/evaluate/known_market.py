"""On what are known costs judged? One generated market of many sellers: figures by the line, truth by true costs, cut into two weeks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from app.detection.score import base_score
from app.domain.snapshot import Snapshot, empty_snapshot
from app.domain.time import JAKARTA_OFFSET_US, day_start_us
from app.findings.rulebook import read_rule_book
from app.training.bulk import Bulk, rows_of
from app.training.dataset import IDS
from app.training.evening.history import day_of
from app.training.evening.known_lives import FIRST_DAY, build_known_market
from app.training.evening.wire import PLATFORM
from app.training.known_costs import known_losses
from app.training.train import learn
from app.windows.benchmarks import benchmarks, with_benchmarks

BOOK_KEEPING: Final = ("text", "digest", "spell", "spell_now", "stratum", "loss_probability", "benchmark_cost", "benchmark_owners")


@dataclass(frozen=True)
class Judged:
    """Natural finals with truth (`loss`, `owner`) and the score of a forest that saw the first week; `cut_us` divides the weeks."""

    finals: pl.DataFrame
    costs: pl.DataFrame
    snapshot: Snapshot
    cut_us: int

    def with_known(self, owners: list[str]) -> pl.DataFrame:
        """The finals with the benchmarks that hold when these owners' costs, and no other, are known."""
        theirs = self.finals.filter(pl.col("owner").is_in(owners)).select("platform", "seller_id").unique()
        known = replace(self.snapshot, costs=self.costs.join(theirs, on=("platform", "seller_id"), how="semi"))
        return with_benchmarks(self.finals, benchmarks(known), JAKARTA_OFFSET_US)


def judged_market(seed: int, *, sellers: int, evenings: int) -> Judged:
    """A market of `sellers` shops over `evenings` evenings; no cost is known to the line that makes the figures."""
    made = build_known_market(seed, sellers=sellers, evenings=evenings)
    snapshot = replace(empty_snapshot(), sellers=made.sellers, catalogue=made.catalogue)
    line = Bulk(PLATFORM, snapshot, read_rule_book(), None, made.history)
    rows = rows_of((event for evening in made.evenings for event in evening), PLATFORM)
    closed = [c.finals.filter("natural").drop("anomaly_score", "novelty_score", *BOOK_KEEPING, strict=False) for c in line.run(rows)]
    figures = pl.concat(closed, how="vertical_relaxed")
    cut = day_start_us(day_of(FIRST_DAY) + evenings // 2)
    scorer = learn(figures.filter(pl.col("end_us") <= cut), seed)
    truth = known_losses(figures, made.costs, made.sellers)
    finals = base_score(figures, scorer).join(truth, on=IDS, how="inner", maintain_order="left")
    return Judged(finals, made.costs, snapshot, cut)
