"""Do lawful look-alikes stay under HIGH while planted lasting losses reach it, under every label? (law-and-detection B5, SEMANTICS E2)"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import polars as pl
from scipy.stats import beta

from app.detection.model import Model
from app.domain.events import PAIR
from app.domain.levels import Level, Severity
from app.domain.time import MINUTE_US
from app.training.look_alikes import funding, promotions, stocks, undefended
from app.training.look_alikes.kind import Kind
from app.training.look_alikes.planted import LABELS, planted, under
from app.training.look_alikes.run import AT_ONCE, cases, judged
from app.training.look_alikes.stage import Live

KINDS: Final[tuple[Kind, ...]] = (*promotions.KINDS, *stocks.KINDS, *funding.KINDS)
PLANTED: Final = "planted"
LASTING: Final = 6
"""Clock-aligned 5-minute windows under cost that make a loss lasting (E2)."""
ALIGNED_US: Final = 5 * MINUTE_US
CONFIDENCE: Final = 0.95
QUICK, LABEL_SHARE, OPEN_SHARE = 20, 4, 10
"""Sessions of a quick run; labels are tried on a fourth of the planted sessions, what has no defence on a tenth."""
Row = dict[str, Any]
Progress = Callable[[str], None]


def upper_bound(hits: int, of: int, confidence: float = CONFIDENCE) -> float:
    """One-sided upper limit of a share after `hits` in `of` (Clopper and Pearson 1934); 1 where nothing was tried."""
    return 1.0 if hits >= of else float(beta.ppf(confidence, hits + 1, of - hits))


def evaluate_look_alikes(
    sessions: int = 1000, *, quick: bool = False, seed: int = 20261121, model: Model | None = None, tell: Progress = lambda _: None
) -> tuple[dict[str, Any], list[Row]]:
    """(figures, rows): one row per look-alike, per label of the planted losses and per lawful seller without a defence.

    A three-day deal counts each of its sessions. `model`: the shipped one, for L1; levels and severities of L2 to L4 need none.
    """
    sessions = QUICK if quick else sessions
    with _without_collecting():
        lawful = [_kind(kind, "look-alike", sessions, seed, model, tell) for kind in KINDS]
        losses = _labels(sessions, seed, model, tell)
        opened = [_kind(kind, "no defence", max(5, sessions // OPEN_SHARE), seed, model, tell) for kind in undefended.KINDS]
    high = sum(row["high"] for row in lawful)
    bare = losses[0]
    figures = {
        "sessions_of_each": sessions,
        "look_alikes": len(lawful),
        "look_alikes_below_cost": sum(row["below_cost"] for row in lawful),
        "high": high,
        "kinds_with_high": [row["name"] for row in lawful if row["high"]],
        "largest_upper_limit": max(row["high_upper"] for row in lawful),
        "planted_lasting": bare["sessions"],
        "planted_recall": bare["recall"],
        "labels_worst_loss_of_recall": max(row["lost"] for row in losses),
        "no_defence": {row["name"]: row["high"] / row["sessions"] for row in opened},
        "met": high == 0 and bare["recall"] >= 0.8 and max(row["lost"] for row in losses) <= 0.02,
    }
    return figures, [*lawful, *losses, *opened]


def _kind(kind: Kind, group: str, sessions: int, seed: int, model: Model | None, tell: Progress) -> Row:
    tell(kind.name)
    worst: list[pl.DataFrame] = []
    done, place = 0, 0
    while done < sessions:
        made = [live for case in cases(kind.make, kind.name, seed, place, min(AT_ONCE, sessions - done)) for live in case]
        lives = made[: sessions - done]
        worst.append(judged(lives, seed, model)[1])
        done += len(lives)
        place += AT_ONCE
    pairs = pl.concat(worst)
    # a session is as bad as its worst pair
    by_session = pairs.group_by("session_id").agg(pl.col("severity", "legal_level", "level").max())
    high = by_session.filter(pl.col("severity") >= Severity.HIGH).height
    return {
        "group": group,
        "name": kind.name,
        "sessions": done,
        "pairs": pairs.height,
        "high": high,
        "high_upper": upper_bound(high, done),
        "medium": by_session.filter(pl.col("severity") == Severity.MEDIUM).height,
        "l4": by_session.filter(pl.col("legal_level") == Level.L4).height,
        "l1": by_session.filter(pl.col("level") == Level.L1).height,
        "below_cost": kind.below_cost,
        "lawful": kind.lawful,
        "held_by": kind.held_by,
    }


def _labels(sessions: int, seed: int, model: Model | None, tell: Progress) -> list[Row]:
    """Recall of the planted losses without a label, then of the same losses under each; `lost` against the same sessions unlabelled."""
    found: dict[str, pl.DataFrame] = {}
    for label in LABELS:
        tell(f"{PLANTED} {label or 'without a label'}")
        count = sessions if not label else max(QUICK, sessions // LABEL_SHARE)
        parts = [_planted(label, first, min(AT_ONCE, count - first), seed, model) for first in range(0, count, AT_ONCE)]
        found[label] = pl.concat(parts)
    bare = found[""]
    rows = []
    for label, asked in found.items():
        same = asked.join(bare.select("session_id", pl.col("caught").alias("bare")), on="session_id")
        caught = int(asked["caught"].sum())
        rows.append(
            {
                "group": PLANTED,
                "name": label or "without a label",
                "sessions": asked.height,
                "high": caught,
                "recall": caught / max(1, asked.height),
                "lost": (int(same["bare"].sum()) - int(same["caught"].sum())) / max(1, same.height),
            }
        )
    return rows


def _planted(label: str, first: int, count: int, seed: int, model: Model | None) -> pl.DataFrame:
    """session_id, caught (bool): the sessions whose posted sales stood under cost in six aligned windows, and whether HIGH opened."""
    lives = under([live for case in cases(planted, PLANTED, seed, first, count) for live in case], label)
    rows, pairs = judged(lives, seed, model)
    lasting = _lasting(rows, lives)
    caught = (pl.col("severity") >= Severity.HIGH).alias("caught")
    return lasting.join(pairs.select(*PAIR, caught), on=("session_id", "product_id")).select("session_id", "caught")


def _lasting(rows: pl.DataFrame, lives: list[Live]) -> pl.DataFrame:
    """session_id, product_id of planted losses that last, counted from the posted lines alone (what was taken back is left in)."""
    costs = pl.DataFrame(
        [(live.session_id, pair.goods.product_id, pair.goods.cost_lo) for live in lives for pair in live.pairs],
        schema=["session_id", "product_id", "cost"],
        orient="row",
    )
    sold = rows.filter(pl.col("type") == "sale").join(costs, on=("session_id", "product_id"))
    window = (pl.col("occurred_us") // ALIGNED_US).alias("window")
    units = pl.col("quantity_milli").sum()
    mean = (pl.col("price") * pl.col("quantity_milli")).sum()
    under_cost = sold.group_by("session_id", "product_id", window).agg((mean < units * pl.col("cost").first()).alias("under"))
    return under_cost.filter("under").group_by("session_id", "product_id").len().filter(pl.col("len") >= LASTING).sort("session_id")


@contextmanager
def _without_collecting() -> Iterator[None]:
    """The finals of loud pairs are kept by the thousand and none is circular: looking for circles costs a fourth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
