"""What does the line say of made-up lives? Events through the bulk line with cost papers, catalogue and sealed days; worst per pair."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import polars as pl

from app.detection.model import Model
from app.domain.events import PAIR
from app.findings.rulebook import read_rule_book
from app.training.bulk import Bulk, rows_of
from app.training.look_alikes.kind import Maker
from app.training.look_alikes.papers import history_of, snapshot_of
from app.training.look_alikes.posting import events_of
from app.training.look_alikes.stage import PLATFORM, Live

AT_ONCE: Final = 250
"""Cases of one bulk run: the rows of more would not fit beside a test."""
LIVES, POSTING, PAST = 1, 2, 3
"""Streams of a case."""


def cases(make: Maker, stem: str, seed: int, first: int, count: int) -> list[list[Live]]:
    """Cases first .. first+count-1 of a kind, each from its own stream: more of them change none of those before."""
    stream = sum(ord(c) * 31**n for n, c in enumerate(stem)) % (1 << 31)
    return [make(np.random.default_rng([seed, stream, n, LIVES]), f"{stem}-{n:04d}") for n in range(first, first + count)]


def judged(lives: list[Live], seed: int, model: Model | None, alike: Callable[[str], str] = str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(rows as the door takes them, one row per pair: PAIR, severity, legal_level, level, lasting windows at L4, highest of all finals).

    `alike` names the stream of a session's orders: lives that differ only by a label are given the same.
    """
    rows = rows_of((event for live in lives for event in events_of(_orders(seed, alike(live.session_id)), live)), PLATFORM)
    history = history_of(np.random.default_rng([seed, PAST]), lives)
    line = Bulk(PLATFORM, snapshot_of(lives), read_rule_book(), model, history)
    finals = pl.concat([closed.finals.select(*PAIR, "severity", "legal_level", "level") for closed in line.run(rows)])
    return rows, finals.group_by(PAIR).agg(pl.col("severity", "legal_level", "level").max())


def _orders(seed: int, session: str) -> np.random.Generator:
    stream = sum(ord(c) * 31**n for n, c in enumerate(session)) % (1 << 31)
    return np.random.default_rng([seed, stream, POSTING])
