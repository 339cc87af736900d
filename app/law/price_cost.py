"""Which legal level has each window? Mean price against cost and matched rivals, in integers (SEMANTICS B1, B3, E1)."""

from __future__ import annotations

from typing import Final

import polars as pl

from app.domain.levels import CostTier, Level
from app.domain.time import MINUTE_US
from app.law.compare import MILLI
from app.law.pack import RuleBook, RulePack

ALIGNED_US: Final = 5 * MINUTE_US
"""Lasting counts the 5-minute windows that end on these marks of the clock (E1)."""


def _int(expr: pl.Expr | int) -> pl.Expr:
    # Int64 wraps silently at price x thousandths (B1)
    return (pl.lit(expr) if isinstance(expr, int) else expr).cast(pl.Int128, strict=False)


def _in_force(pack: RulePack, rule: str) -> pl.Expr:
    """Does the pane's own date lie in the rule's period?"""
    period = pack.period(rule)
    if period is None:
        return pl.lit(False)
    return (pl.col("end_us") - 1).is_between(*period, closed="left")


def _below(window: str, bound: str) -> pl.Expr:
    """Is the window's mean p_s under a bound of the cost interval? False where nothing was sold or no cost is known."""
    units, value = pl.col(f"{window}_units"), pl.col(f"{window}_value_s")
    return ((units > 0) & (_int(value) < _int(pl.col(bound)) * _int(units))).fill_null(False)


def _very_low(window: str, pack: RulePack) -> pl.Expr:
    """Is the mean p_b at most (1 - gap) of the median of enough matched rivals (R06)? Over units whose p_b is known."""
    limits = pack.rules["R06"].limits
    units, value = pl.col(f"{window}_units_b"), pl.col(f"{window}_value_b")
    rivals = _int((pl.col("rivals_median_pb") * MILLI).round(0))
    low = _int(value) * _int(MILLI * MILLI) <= _int(1000 - limits["gap_permille"]) * rivals * _int(units)
    return ((units > 0) & (pl.col("rivals") >= limits["rivals_min"]) & low & _in_force(pack, "R06")).fill_null(False)


def _level(window: str, rules: RuleBook) -> pl.Expr:
    """Level of one window, Int8 in {0, 2, 3, 4}; the highest that is met."""
    tier = pl.col("cost_tier")
    documented = pl.any_horizontal(*(_in_force(p, "R01") for p in rules.packs)) & _below(window, "cost_lo") & (tier == CostTier.T1)
    possible = pl.any_horizontal(*(_in_force(p, "R01") for p in rules.packs)) & _below(window, "cost_hi") & (tier != CostTier.T4)
    very_low = pl.any_horizontal(*(_very_low(window, p) for p in rules.packs))
    level = pl.when(documented).then(Level.L4).when(possible).then(Level.L3).when(very_low).then(Level.L2).otherwise(Level.L0)
    return level.cast(pl.Int8)


def legal_levels(figures: pl.DataFrame, rules: RuleBook) -> pl.DataFrame:
    """figures with cost columns -> + legal_now (Int8, level of the 1-minute window) + legal_aligned (Int8, of the 5-minute window).

    `legal_aligned` is null except where end_us is a multiple of 5 minutes. L4: mean p_s < cost_lo of a T1 cost. L3: mean p_s < cost_hi
    of any tier (possibly below; under T2 "below the published benchmark"). L2: R06. A rule outside its dates gives no level.
    Source: UU 5/1999 Art. 20.
    """
    aligned = pl.when(pl.col("end_us") % ALIGNED_US == 0).then(_level("w5", rules))
    return figures.with_columns(legal_now=_level("w1", rules), legal_aligned=aligned.cast(pl.Int8))
