"""Which rows teach the forest? A few finals of every pair, and no more of one seller than of a crowd."""

from __future__ import annotations

from typing import Final

import polars as pl

from app.detection.features import price_now
from app.domain.events import PAIR

ROWS_A_PAIR: Final = 8
ROWS_A_SELLER: Final = 4_000
ROWS: Final = 40_000


def sample(figures: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Priced finals, at most 8 of a pair, 4,000 of a seller, 40,000 in all, drawn by the seed alone.

    One seller that cuts 200 goods at once would otherwise hide its rows behind each other (masking).
    """
    ordered = figures.filter(price_now().is_not_null()).sort(*PAIR, "pane")
    few = _at_most(ordered, ROWS_A_PAIR, list(PAIR), seed)
    capped = _at_most(few, ROWS_A_SELLER, ["platform", "seller_id"], seed + 1)
    chosen = capped.sample(min(ROWS, capped.height), seed=seed + 2, shuffle=False)
    return chosen.sort(*PAIR, "pane")


def _at_most(frame: pl.DataFrame, rows: int, of: list[str], seed: int) -> pl.DataFrame:
    order = pl.int_range(pl.len()).shuffle(seed).over(of)
    return frame.filter(order < rows)
