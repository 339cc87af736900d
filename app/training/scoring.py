"""What does `kawal score` write? One row per pair of the files, judged under a home's configuration and sealed days (DESIGN 3.3)."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import polars as pl
from sqlalchemy import Connection, Engine, delete, select

from app.client.tally import ReplaySummary
from app.domain.events import PAIR
from app.domain.levels import Severity
from app.settings import Settings
from app.store import snapshots, tables
from app.store.engine import make_engine, read, write
from app.store.migrate import migrate
from app.training.line_run import SENDER, STORE, LineRun, offline_line
from app.training.sidecars import load_days, load_tables
from app.training.unended import Pair, unended_q
from app.worker.contexts import Models

KEPT: Final = ("reference", "snapshot", "sealed_day", "sealed_units", "seal")
SCORE_SCHEMA: Final[dict[str, pl.DataType]] = {
    **dict.fromkeys(("platform", "session_id", "seller_id", "product_id"), pl.String()),
    "anomaly_score": pl.Float64(),
    "novelty_score": pl.Float64(),
    "loss_probability": pl.Float64(),
    "p_value": pl.Float64(),
    "q_value": pl.Float64(),
    "legal_level": pl.String(),
    "severity": pl.String(),
    "rules": pl.List(pl.String()),
}


def score_files(
    files: list[Path],
    *,
    platforms: tuple[str, ...],
    source: Engine | None,
    fresh: Callable[[Engine], object] = lambda _: None,
    tables: Path | None = None,
    settings: Settings,
    models: Models,
    clock: Callable[[], int],
    accept_costs: bool = False,
    progress: bool = True,
    inspect: Callable[[LineRun], None] = lambda _: None,
) -> tuple[pl.DataFrame, ReplaySummary]:
    """Rows of SCORE_SCHEMA, one per pair. `source`: the store whose newest snapshot and sealed days judge (copied, never written);
    where there is none, `fresh` gives the new store its first configuration. `tables`: reference CSVs and history on top.

    q_value is that of the day that sealed the pair's session; of a life that the files never end, that of the day in which it began,
    as if it had ended with them. loss_probability is null where the model was taught none.
    """
    with tempfile.TemporaryDirectory(prefix="kawal-score-") as folder:
        home = Path(folder)
        prepare(home, source, platforms, fresh, tables)
        with offline_line(home, settings, models, clock, accept_costs=accept_costs) as run:
            summary = run.post(files, platforms, progress=progress)
            inspect(run)
            return scores(run.engine), summary


def prepare(
    home: Path,
    source: Engine | None,
    platforms: tuple[str, ...],
    fresh: Callable[[Engine], object] = lambda _: None,
    tables_folder: Path | None = None,
) -> None:
    """A fresh store in `home` with the configuration and sealed days of `source`, and ourselves as the platforms' only sender."""
    engine = make_engine(f"sqlite:///{home / STORE}")
    migrate(engine)
    if source is not None:
        _copy(source, engine)
    else:
        fresh(engine)
    if tables_folder is not None:
        load_tables(engine, tables_folder, SENDER)
        if (tables_folder / "history.parquet").exists():
            load_days(engine, tables_folder / "history.parquet")
    snapshots.publish(engine, SENDER, "offline run", senders=dict.fromkeys(platforms, (SENDER,)))
    engine.dispose()


def _copy(source: Engine, target: Engine) -> None:
    for name in KEPT:
        table = tables.metadata.tables[name]
        with read(source) as connection:
            rows = [dict(r) for r in connection.execute(select(table)).mappings()]
        with write(target) as connection:
            connection.execute(delete(table))
            if rows:
                connection.execute(table.insert(), rows)


def scores(engine: Engine) -> pl.DataFrame:
    """SCORE_SCHEMA from the judgements of a store, sorted by pair; a product under two keys takes its worse one."""
    with read(engine) as connection:
        unended = {p: q for platform in _platforms(connection) for p, q in unended_q(connection, platform).items()}
        rows = [_row(dict(r), unended) for r in connection.execute(select(tables.judgement)).mappings()]
    frame = pl.DataFrame(rows, schema=SCORE_SCHEMA | {"rank": pl.Int64()}, orient="row")
    ids = list(SCORE_SCHEMA)[:4]
    best = frame.sort("rank", "anomaly_score", nulls_last=False).group_by(ids, maintain_order=True).last()
    return best.select(*SCORE_SCHEMA).sort(ids)


def _platforms(connection: Connection) -> list[str]:
    return list(connection.execute(select(tables.judgement.c.platform).distinct()).scalars())


def _row(found: dict[str, Any], unended: Mapping[Pair, float | None]) -> list[Any]:
    body = json.loads(found["final"]) if found["final"] else {}
    severity = found["severity"] or 0
    return [
        found["platform"],
        found["session_id"],
        found["seller_id"],
        found["product_id"],
        found["anomaly_score"],
        found["novelty_score"],
        found["loss_probability"],
        found["p_value"],
        found["q_value"] if found["unit_day"] is not None else unended.get(tuple(found[c] for c in PAIR)),
        f"L{found['legal_level'] or 0}",
        Severity(severity).name,
        body.get("rules", []),
        (found["legal_level"] or 0) * 10 + severity,
    ]
