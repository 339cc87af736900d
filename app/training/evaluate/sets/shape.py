"""What does every evaluation set look like? Figures of its natural finals, what is true of its pairs, and up to when one may fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from app.domain.events import SESSION

BY_SESSION: Final[tuple[str, ...]] = SESSION
BY_SELLER: Final[tuple[str, ...]] = ("platform", "seller_id")


@dataclass(frozen=True)
class EvaluationSet:
    """One set. Nothing is scored in it: who evaluates fits on what ended before `fit_until_us` and judges what came later."""

    name: str
    figures: pl.DataFrame
    """Natural finals with every figure column of docs/architecture.md 4, of the past to fit on and of what is judged."""
    truth: pl.DataFrame
    """platform, session_id, seller_id, product_id, loss (bool): some closed 1-minute window below the true cost (E1). A pair that is
    not named is not judged."""
    fit_until_us: int
    """UTC microseconds: finals that end at or before it may teach, pairs of sessions that start after it are judged."""
    cluster: tuple[str, ...] = BY_SESSION
    """Columns to bootstrap over: sellers where there are 20, else sessions."""
    note: str = ""
    """What a reader must know of the set: look-aheads, where it comes from."""
