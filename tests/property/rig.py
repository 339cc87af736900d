"""A house without a socket: door, log, store and detector over one folder, with an injected clock and a small made-up forest."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Unpack

import numpy as np
import polars as pl
import sqlalchemy as sa

from app import runtime
from app.detection import forest
from app.detection.bands import Bands
from app.detection.calibration import Calibration, Stratum
from app.detection.features import NAMES
from app.detection.model import Model
from app.domain.time import iso
from app.findings.rulebook import read_rule_book
from app.intake.accept import Answer, Door, Post
from app.intake.sender import Sender
from app.log.port import Part
from app.log.record import pack_control
from app.log.sqlite import SqliteEventLog
from app.settings import Settings
from app.store import snapshots, tables
from app.store.engine import read
from app.worker import line
from app.worker.context import Context
from app.worker.contexts import contexts_of
from app.worker.loop import DetectorLoop

Event = dict[str, Any]
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
NIGHT = 1_794_330_000_000_000 // DAY * DAY - 7 * HOUR
"""A local midnight (Asia/Jakarta) in November 2026."""
BIG = 64_000_000


def at(day: int, hour: int, minute: int = 0, second: float = 0) -> int:
    """Local time of the made-up days, in UTC microseconds."""
    return NIGHT + day * DAY + hour * HOUR + minute * MINUTE + round(second * SECOND)


@cache
def made_up_model() -> Model:
    """A forest that only explains, and a calibration whose scores, ln(list price / price), open above ln 2 and close at ln 1.5."""
    n = 1999
    maxima = np.concatenate([np.linspace(0.0, math.log(1.5), int(n * 0.95)), np.linspace(math.log(1.5), math.log(2), n - int(n * 0.95))])
    bands = Bands({"IDR": (20_000.0, 50_000.0, 100_000.0)})
    strata = {f"IDR|{campaign}": Stratum(np.sort(maxima), 400, float(n)) for campaign in ("ordinary", "11.11")}
    trees = forest.fit(np.random.default_rng(1).random((200, len(NAMES))), seed=1)
    scorer = SimpleNamespace(bands=bands, forest=trees, neutral=dict.fromkeys(NAMES, 0.0))
    return Model("made-up", scorer, Calibration(strata, bands, pl.DataFrame()))  # type: ignore[arg-type]


def made_up_score(figures: pl.DataFrame, scorer: Any) -> pl.DataFrame:
    """anomaly_score = ln(list price / price of the last minute), null without a price."""
    sold = pl.col("w1_value_s").cast(pl.Float64) / pl.col("w1_units").cast(pl.Float64)
    price = pl.when(pl.col("w1_units") > 0).then(sold).otherwise(pl.col("force_mean_w1"))
    depth = (pl.col("list_price") / price).log().clip(lower_bound=0.0).round_sig_figs(12)
    taught = pl.lit(None, pl.Float64).alias("loss_probability")
    return figures.with_columns(depth.alias("novelty_score"), depth.alias("anomaly_score"), taught)


@contextmanager
def made_up_forest() -> Iterator[None]:
    """Scores come from made_up_score while this is open."""
    kept = line.score
    line.score = made_up_score  # type: ignore[assignment]
    try:
        yield
    finally:
        line.score = kept


@dataclass
class Rig:
    """Door, log and store under one folder. `now_us` is the clock of door and log."""

    home: Path
    partitions: int = 1
    now_us: int = at(1, 12)
    platforms: tuple[str, ...] = ("tiktok", "shopee", "lazada")
    lives: int = 0
    models: Callable[[str], Model] = lambda _: made_up_model()
    contexts: Callable[[int], Context] = field(init=False)

    def __post_init__(self) -> None:
        self.settings = Settings(home=self.home, keep_finals=True, partitions=self.partitions)
        self.engine = runtime.open_store(self.settings)
        self.log = SqliteEventLog(self.home / "log.sqlite3", self.partitions, clock=lambda: self.now_us)
        self.door = Door(self.log, self.engine, future_us=300 * SECOND, max_inflated_bytes=10**8, edge="test")
        self.contexts = contexts_of(self.engine, read_rule_book(self.settings.data_dir / "rules"), self.models)

    def close(self) -> None:
        self.log.close()
        self.engine.dispose()

    def post(self, events: Sequence[Event], *, at_us: int | None = None, key: str = "k", platform: str = "tiktok") -> Answer:
        """One request; the clock goes to at_us first."""
        if at_us is not None:
            self.now_us = max(self.now_us, at_us)
        others = tuple(p for p in self.platforms if p != platform)
        body = b"".join(json.dumps(e).encode() + b"\n" for e in events)
        self.lives += 1
        once = f"request-{self.lives}"
        return self.door.accept(Post(body, "application/x-ndjson", idempotency_key=once), Sender(key, (platform, *others)), self.now_us)

    def configure(self, **changes: Unpack[snapshots.Changes]) -> int:
        """Publish a version and tell every partition."""
        version = snapshots.publish(self.engine, "test", "test", **changes)
        body = pack_control("config", {"version": version}, edge="test")
        self.log.append([Part(p, body) for p in range(self.partitions)])
        return version

    def loop(self, slice_bytes: int = BIG) -> DetectorLoop:
        """A new owner of every partition."""
        return DetectorLoop(self.log, self.engine, self.contexts, keep_finals=True, slice_bytes=slice_bytes)

    def drain(self, slice_bytes: int = BIG, restart_every: int = 0) -> DetectorLoop:
        """Work everything; with restart_every a new owner takes over after every that many turns."""
        loop, turns = self.loop(slice_bytes), 0
        while loop.turn():
            turns += 1
            if restart_every and turns % restart_every == 0:
                loop = self.loop(slice_bytes)
        return loop

    def rows(self, table: sa.Table, *order: str) -> list[dict[str, Any]]:
        with read(self.engine) as connection:
            found = connection.execute(sa.select(table).order_by(*[table.c[c] for c in order])).mappings().all()
        return [dict(r) for r in found]

    def one(self, query: str) -> Any:
        with read(self.engine) as connection:
            return connection.execute(sa.text(query)).all()


def copied(source: Path, target: Path) -> Path:
    """The folder of a closed rig once more."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    return target


FATES = ("counted", "duplicate", "late", "skipped")
PAIR = ("platform", "session_id", "seller_id", "product_id", "key")


def finals(rig: Rig) -> dict[tuple[Any, ...], str]:
    """pair and pane -> canonical bytes of the final."""
    return {tuple(r[c] for c in (*PAIR, "pane")): r["body"] for r in rig.rows(tables.final)}


def verdicts(rig: Rig) -> dict[str, Any]:
    """Everything that must not depend on slices, order or partitions."""
    judged = {tuple(r[c] for c in PAIR): [r[c] for c in ("finals", "finals_digest", "pane", "level", "legal_level", "severity", "p_value")]
              for r in rig.rows(tables.judgement) if r["pane"] is not None}  # fmt: skip
    return {
        "final": finals(rig),
        "judgement": judged,
        "finding": {r["finding_id"]: {c: r[c] for c in r if c != "partition"} for r in rig.rows(tables.finding)},
        "finding_version": {(r["finding_id"], r["version"]): (r["pane"], r["sha256"], r["body"]) for r in rig.rows(tables.finding_version)},
        "sealed_day": {(r["platform"], r["day"]): r["sha256"] for r in rig.rows(tables.sealed_day)},
        "timeline": {tuple(r[c] for c in (*PAIR, "minute_us")): r for r in rig.rows(tables.timeline)},
    }


def counts(rig: Rig) -> dict[str, Any]:
    """What became of every record's rows, and of every session's."""
    return {
        "record_count": {(r["partition"], r["pos"]): [r[c] for c in FATES] for r in rig.rows(tables.record_count)},
        "session_part": {(r["platform"], r["session_id"], r["partition"]): [r["rows"], r["late"]] for r in rig.rows(tables.session_part)},
    }  # fmt: skip


def same(found: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Both are equal; if not, name the first differences."""
    for name, values in wanted.items():
        if found[name] != values:
            keys = sorted(set(found[name]) | set(values), key=str)
            differing = [(k, found[name].get(k), values.get(k)) for k in keys if found[name].get(k) != values.get(k)]
            words = "\n".join(f"{k}\n  found  {str(a)[:1500]}\n  wanted {str(b)[:1500]}" for k, a, b in differing[:2])
            raise AssertionError(f"{name}: {len(differing)} of {len(keys)} differ\n{words}")


def stamp(us: int) -> str:
    return iso(us)
