"""What do the end-to-end tests share? One invented evening, a home prepared for it, and one undisturbed night of the service."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from app.client.reading import Reader
from app.client.replay import replay
from app.client.tally import ReplaySummary
from app.domain.levels import Role
from app.domain.snapshot import COSTS_SCHEMA, SELLERS_SCHEMA
from app.runtime import configure_store, create_key, open_log, open_store
from app.settings import Settings
from app.training.evening.wire import PLATFORM
from app.training.evening.write import EveningFiles, write_evening
from app.training.history_load import load_history
from app.training.scoring import SCORE_SCHEMA
from app.training.sidecars import load_tables
from tests.e2e.house import Service, caught_up, copied, serving, until

COSTS = ("toko-1", "p-t1", "shirt", "IDR", "T1", 53_000, 53_000, 1_700_000_000_000_000, None, "sha256:paper")
SIZES = ("toko-1", "large", "known", "register", "2026-01-01", "grup-1", "large", "producer", "Banten")
IDS = list(SCORE_SCHEMA)[:4]


@dataclass(frozen=True)
class Prepared:
    """A home with history, reference tables and keys, before its first event. Copy it; nobody serves it."""

    home: Path
    sender: str
    analyst: str


@dataclass(frozen=True)
class Night:
    """What is left of an evening that was served undisturbed: its home, the replay's sums, the products as a reader saw them."""

    home: Path
    summary: ReplaySummary
    products: pl.DataFrame


@pytest.fixture(scope="session", autouse=True)
def _own_settings() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in [n for n in os.environ if n.startswith("KAWAL_") and not n.startswith(("KAWAL_TEST_", "KAWAL_REFERENCE_"))]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def evening(tmp_path_factory: pytest.TempPathFactory) -> EveningFiles:
    folder = tmp_path_factory.mktemp("evening")
    return write_evening(folder, seed=7, day=date(2026, 10, 20), sessions=8, prevalence=0.34, hours=2.0)


@pytest.fixture(scope="session")
def prepared(evening: EveningFiles, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    settings = Settings(home=tmp_path_factory.mktemp("prepared"))
    engine, log = open_store(settings), open_log(settings)
    configure_store(engine, settings)
    load_tables(engine, evening.events.parent, "test")
    load_history(engine, log, evening.history, PLATFORM)
    log.close()
    engine.dispose()
    sender, analyst = (create_key(settings, "test", role, (PLATFORM,), sandbox=False)[1] for role in (Role.PLATFORM, Role.ANALYST))
    return Prepared(settings.home, sender, analyst)


@pytest.fixture(scope="session")
def night(prepared: Prepared, evening: EveningFiles, tmp_path_factory: pytest.TempPathFactory) -> Night:
    home = copied(prepared.home, tmp_path_factory.mktemp("night") / "home")
    with serving(home, keep_finals=True) as service:
        summary = replay([evening.events], to=service.url, key=prepared.sender, seal=True, progress=False)
        until(lambda: caught_up(home), what="every record worked")
        with Reader(service.url, prepared.analyst) as reader:
            found = [s | p for s in reader.sessions() for p in reader.products(s["platform"], s["session_id"])]
    return Night(home, summary, products_of(found))


def products_of(found: list[dict[str, object]]) -> pl.DataFrame:
    """Products as the API shows them, with the columns that `kawal score` has too."""
    shown = ("anomaly_score", "novelty_score", "p_value", "severity", "legal_level")
    schema = {**dict.fromkeys(IDS, pl.String()), **{c: SCORE_SCHEMA[c] for c in shown[:4]}, "legal_level": pl.Int64()}
    rows = [{c: p[c] for c in (*IDS, *shown)} for p in found]
    return pl.DataFrame(rows, schema=schema).with_columns(pl.format("L{}", "legal_level").alias("legal_level")).sort(IDS)


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with two platforms and a documented cost of 53,000 for product p-t1 of toko-1, under live and sandbox."""
    home = tmp_path_factory.mktemp("live")
    pl.DataFrame(tabled(COSTS), schema=COSTS_SCHEMA, orient="row").write_csv(home / "costs.csv")
    pl.DataFrame(tabled(SIZES), schema=SELLERS_SCHEMA, orient="row").write_csv(home / "sellers.csv")
    engine = open_store(Settings(home=home))
    load_tables(engine, home, "test")
    engine.dispose()
    with serving(home) as service:
        yield service


def tabled(row: tuple[object, ...]) -> list[tuple[object, ...]]:
    return [(platform, *row) for platform in ("kios", "sandbox-kios", "lapak", "sandbox-lapak")]


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
