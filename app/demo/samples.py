"""What is replayed? A generated evening of live sales and eight days of real till ticks, each with its truth and its papers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from app.training import till_files, tills
from app.training.evening import wire
from app.training.evening.build import DEMO_DAY
from app.training.evening.write import write_evening
from app.training.sidecars import read_table

SEED: Final = 7
SESSIONS: Final = 40
LIVE: Final = wire.PLATFORM
MARKET: Final = tills.PLATFORM


@dataclass(frozen=True, slots=True)
class Sample:
    """One platform's events with what is known beside them."""

    platform: str
    title: str
    events: Path
    count: int
    sessions: int
    truth: list[dict[str, Any]]
    sellers: pl.DataFrame
    costs: pl.DataFrame
    catalogue: pl.DataFrame
    history: Path | None


def generated_evening(folder: Path, sessions: int = SESSIONS) -> Sample:
    """An Indonesian evening in rupiah on the invented platform pasar-live; the same bytes every time."""
    made = write_evening(folder, seed=SEED, day=DEMO_DAY, sessions=sessions)
    title = f"generated evening, {DEMO_DAY:%d %B %Y}, {made.session_count} lives, in rupiah"
    return _sample(LIVE, title, folder, made.event_count, made.session_count, made.history)


def real_tills(folder: Path) -> Sample:
    """Real till ticks of a supermarket's vegetables, in fen, as sessions of the invented platform pasar-sayur."""
    made = till_files.write_tills(folder)
    return _sample(
        MARKET,
        f"real till ticks, {made.session_count} days of fresh vegetables, in fen",
        folder,
        made.event_count,
        made.session_count,
        None,
    )


def _sample(platform: str, title: str, folder: Path, count: int, sessions: int, history: Path | None) -> Sample:
    truth = [json.loads(line) for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    sellers, costs, catalogue = (read_table(folder / f"{kind}.csv", kind) for kind in ("sellers", "costs", "catalogue"))
    return Sample(platform, title, folder / "events.ndjson", count, sessions, truth, sellers, costs, catalogue, history)
