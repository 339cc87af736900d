"""What can a service learn from its own log? The whole days that are sealed, judged again in memory under the home's configuration.

Rows go day by day through `Bulk` with the stored sealed days as their past; sandbox platforms never teach (A6), late rows entered no
pane and enter none here (C3), a session that is not over by the last sealed day is left out whole. A unit leaves the calibration only
because a person said that it is no normal trade, or because its T1 or T2 cost shows a loss; `lawful` is normal traffic and stays.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl
from sqlalchemy import Connection, Engine, select

from app.domain.events import SESSION
from app.domain.levels import Level
from app.domain.snapshot import Snapshot
from app.domain.time import day_date
from app.findings.rulebook import read_rule_book
from app.law.pack import RuleBook
from app.runtime import open_log, open_store
from app.settings import Settings
from app.store import sealed_days, snapshots, tables
from app.store.engine import read
from app.store.own_calibration import TAKEN_OUT
from app.training.bulk import Bulk
from app.training.dataset import IDS, Dataset, NothingToLearn
from app.training.known_costs import KNOWN, known_losses
from app.training.log_days import LogDays, spool
from app.training.recipe import day_bar, natural_figures
from app.windows.admission import IDENTITY

PAST_DAYS: Final = 60
RESOLVED_SCHEMA: Final = {**dict.fromkeys(IDS, pl.String()), "reason": pl.String()}
Say = Callable[[str], None]


@dataclass(frozen=True)
class OwnLog:
    """Figures of the log's sealed days with the units that leave and the pairs of known cost, and what to call them."""

    dataset: Dataset
    known: pl.DataFrame
    """app.training.known_costs.KNOWN_SCHEMA: pairs with papers of their own, which teach the loss probability."""
    name: str


def read_log(settings: Settings, say: Say, *, progress: bool = True) -> OwnLog:
    """Everything the home's log can teach. Raises NothingToLearn where no day of a live platform is sealed."""
    engine, log = open_store(settings), open_log(settings)
    try:
        with tempfile.TemporaryDirectory(prefix="kawal-log-") as folder:
            days = spool(log, engine, Path(folder))
            if not days.files:
                raise NothingToLearn(f"{settings.home}: the log holds no sealed day of a live platform; serve until a day is sealed")
            with read(engine) as connection:
                snapshot = snapshots.load(connection, snapshots.newest(connection))
            figures = _figures(engine, snapshot, days, read_rule_book(settings.data_dir / "rules"), progress)
    finally:
        log.close()
        engine.dispose()
    with read(engine) as connection:
        resolved = pl.concat([_by_verdict(connection), by_known_cost(figures)]).unique(list(IDS), keep="first", maintain_order=True)
    engine.dispose()
    met = resolved.join(figures.select(IDS).unique(), on=list(IDS), how="semi")
    for reason, count in met.group_by("reason").len().sort("reason").iter_rows():
        say(f"{count:,} units leave the calibration by {reason.replace('_', ' ')}")
    platforms = sorted({platform for platform, _ in days.files})
    last = day_date(max(day for _, day in days.files))
    say(f"{len(days.files)} sealed days of {', '.join(platforms)}: {figures.height:,} natural finals")
    known = known_losses(figures, snapshot.costs, snapshot.sellers)
    return OwnLog(Dataset(figures, None, resolved), known, f"own log of {', '.join(platforms)} to {last}")


def by_known_cost(figures: pl.DataFrame) -> pl.DataFrame:
    """RESOLVED_SCHEMA: pairs that a documented (T1) or published (T2) cost shows sold under it in some minute."""
    under = pl.col("cost_tier").is_in(KNOWN) & (pl.col("legal_now") >= int(Level.L3))
    return figures.filter(under).select(*IDS, pl.lit("known_cost").alias("reason")).unique(maintain_order=True)


def _by_verdict(connection: Connection) -> pl.DataFrame:
    found: list[tuple[str, ...]] = []
    for table in (tables.finding, tables.spot_check):
        query = select(*(table.c[c] for c in IDS)).where(table.c.verdict.in_(TAKEN_OUT)).distinct()
        found += [(*row, "verdict") for row in connection.execute(query)]
    return pl.DataFrame(sorted(found), schema=RESOLVED_SCHEMA, orient="row")


def _figures(engine: Engine, snapshot: Snapshot, days: LogDays, rules: RuleBook, progress: bool) -> pl.DataFrame:
    """Natural finals of every spooled day, platform by platform."""
    found: list[pl.DataFrame] = []
    with day_bar(progress) as bar:
        task = bar.add_task("sealed days", total=len(days.files))
        for platform in sorted({p for p, _ in days.files}):
            bulk = _bulk(engine, platform, snapshot, rules, [d for p, d in days.files if p == platform])
            past = bulk.history
            for day in sorted(d for p, d in days.files if p == platform):
                for closed in bulk.run(_of_day(days.files[platform, day])):
                    if closed.finals.height:
                        found.append(natural_figures([closed]))
                bulk.history = past  # days as they were sealed, late rows and all: not as they are summed up here
                bar.advance(task)
    figures = pl.concat(found, how="vertical_relaxed") if found else natural_figures([])
    return figures.join(days.unfinished, on=list(SESSION), how="anti")


def _bulk(engine: Engine, platform: str, snapshot: Snapshot, rules: RuleBook, days: list[int]) -> Bulk:
    with read(engine) as connection:
        past = sealed_days.load(connection, platform, min(days) - PAST_DAYS, max(days))
    return Bulk(platform, snapshot, rules, history=past)


def _of_day(files: Iterable[Path]) -> pl.DataFrame:
    """The rows of a day: copies and repeats of an event once, in the order of the log."""
    return pl.concat([pl.read_ipc(f) for f in files]).unique(IDENTITY, keep="first", maintain_order=True)
