"""What does a usual pair look like? A large seller with everything known, above its documented cost; tests change what they ask about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import polars as pl

from app.domain.time import MINUTE_US
from app.findings.rulebook import read_rule_book
from app.law.facts import Facts
from app.law.judge import Judgement, judge

BOOK = read_rule_book()
PACK = BOOK.packs[0]
EVENING_US = int(datetime(2026, 6, 1, 13, 0, tzinfo=UTC).timestamp()) * 1_000_000
"""20:00 in Jakarta, inside every period of the first pack."""

LARGE: dict[str, Any] = {"size_class": "large", "size_status": "known", "size_source": "OSS", "size_dated": "2026-01-31"}
COST: dict[str, Any] = {"cost_tier": "T1", "cost_lo": 53_000, "cost_hi": 53_000, "cost_source": "sha256:ab"}


def facts(**changes: Any) -> Facts:
    """The usual pair with some facts changed."""
    usual: dict[str, Any] = {"funding_known": True} | LARGE | COST
    base = Facts(platform="tt", session_id="s1", seller_id="toko", product_id="p1", key="tt:cement", end_us=EVENING_US)
    return replace(base, **(usual | changes))


def loss(price: int = 45_000, units: int = 12_000, windows: int = 0, level: int = 4, **changes: Any) -> Facts:
    """The usual pair after minutes under cost: `units` thousandths at `price`, lasting `windows` aligned windows."""
    below: dict[str, Any] = {
        "level": level, "legal_level": level, "legal_now": level,
        "aligned_l2": windows, "aligned_l3": windows, "aligned_l4": windows if level == 4 else 0,
        "below_units_session": units, "below_value_session": price * units, "below_minutes_session": 5 * windows + 1,
        "first_below_us": EVENING_US - (5 * windows + 1) * MINUTE_US, "last_below_us": EVENING_US,
        "lowest_value_s": price * units, "lowest_units": units, "cum_units": units, "cum_value_s": price * units,
        "cheapest_value_b": price * units, "cheapest_units_b": units, "cheapest_value_s": price * units, "cheapest_units": units,
    }  # fmt: skip
    return facts(**(below | changes))


def judged(of: Facts) -> Judgement:
    """The judgement under the shipped rules."""
    return judge(of, BOOK)


def status(judgement: Judgement, defence: str) -> str:
    """A defence's answer."""
    return next(str(d.status) for d in judgement.defences if d.id == defence)


FIGURES: dict[str, pl.DataType] = {
    "platform": pl.String(), "session_id": pl.String(), "seller_id": pl.String(), "product_id": pl.String(), "key": pl.String(),
    "category_id": pl.String(), "end_us": pl.Int64(), "currency": pl.String(),
    "w1_units": pl.Int64(), "w5_units": pl.Int64(), "w1_value_s": pl.Int128(), "w5_value_s": pl.Int128(),
    "w1_units_b": pl.Int64(), "w5_units_b": pl.Int64(), "w1_value_b": pl.Int128(), "w5_value_b": pl.Int128(),
    "claim_cost": pl.Int64(), "claim_source": pl.String(), "rivals": pl.Int64(), "rivals_median_pb": pl.Float64(),
    "cost_lo": pl.Int64(), "cost_hi": pl.Int64(), "cost_tier": pl.String(), "cost_source": pl.String(),
}  # fmt: skip


def figures(*rows: dict[str, Any], costs: bool = True) -> pl.DataFrame:
    """A frame of figures; unnamed columns hold what a pair without sales has."""
    usual = {
        "platform": "tt", "session_id": "s1", "seller_id": "toko", "product_id": "p1", "key": "tt:cement", "category_id": "cement",
        "end_us": EVENING_US, "currency": "IDR", "rivals": 0, "cost_tier": "T4",
        **dict.fromkeys(("w1_units", "w5_units", "w1_value_s", "w5_value_s", "w1_units_b", "w5_units_b", "w1_value_b", "w5_value_b"), 0),
    }  # fmt: skip
    frame = pl.DataFrame([dict.fromkeys(FIGURES) | usual | row for row in rows], schema=FIGURES)
    return frame if costs else frame.drop("cost_lo", "cost_hi", "cost_tier", "cost_source")
