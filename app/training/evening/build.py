"""How is an evening made? Market, lives, events, arrivals and truth in one straight line, each from its own stream of the seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import polars as pl

from app.domain.time import HOUR_US, day_start_us
from app.training.evening.disorder import Arrivals, arrive
from app.training.evening.events import evening_events
from app.training.evening.history import day_of, history_of
from app.training.evening.market import Market, build_market
from app.training.evening.reference import catalogue_table, costs_table, sellers_table
from app.training.evening.roles import cast
from app.training.evening.sessions import Session, plan_sessions
from app.training.evening.verdicts import truth_rows
from app.training.evening.wire import Event

OPENING_HOUR: Final = 19
DEMO_DAY: Final = date(2026, 10, 20)
"""An ordinary Tuesday: no campaign, no payday."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an evening is asked to be. The same plan gives the same bytes."""

    seed: int
    day: date = DEMO_DAY
    sessions: int = 40
    prevalence: float = 0.2
    hours: float = 4.0
    market_seed: int | None = None
    """Evenings with one market seed, prevalence and number of sessions share their market; null: the evening's own seed."""
    repeat: bool = True
    duplicates: float = 0.02
    slow: float = 0.01


@dataclass(frozen=True, slots=True)
class Evening:
    """An evening in memory."""

    market: Market
    sessions: tuple[Session, ...]
    arrivals: Arrivals
    truth: list[Event]
    sellers: pl.DataFrame
    costs: pl.DataFrame
    catalogue: pl.DataFrame
    history: pl.DataFrame


def _checked(plan: Plan) -> Plan:
    if plan.sessions < 1 or not 0 <= plan.prevalence <= 1 or not 2 <= plan.hours <= 6:
        raise ValueError("an evening has at least one session, a prevalence from 0 to 1 and two to six hours")
    return plan


def build_evening(plan: Plan) -> Evening:
    """The evening of a plan."""
    _checked(plan)
    roots = [plan.seed if plan.market_seed is None else plan.market_seed, plan.seed]
    made, history = (np.random.default_rng([roots[0], stage]) for stage in (1, 2))
    lives, events, arrival = (np.random.default_rng([roots[1], stage, plan.day.toordinal()]) for stage in (3, 4, 5))
    market = build_market(made, max(40, plan.sessions * 3 // 2), cast(made, plan.sessions, plan.prevalence))
    opening = day_start_us(day_of(plan.day)) + OPENING_HOUR * HOUR_US
    name = f"s-{plan.day:%Y%m%d}-{plan.seed}"
    sessions = plan_sessions(lives, market, name=name, count=plan.sessions, opening_us=opening, hours=plan.hours)
    posted = evening_events(events, sessions, plan.day, repeat=plan.repeat)
    return Evening(
        market=market,
        sessions=sessions,
        arrivals=arrive(arrival, posted, duplicates=plan.duplicates, slow=plan.slow),
        truth=truth_rows(sessions, posted),
        sellers=sellers_table(market, plan.day),
        costs=costs_table(market, plan.day),
        catalogue=catalogue_table(market),
        history=history_of(history, market, plan.day),
    )
