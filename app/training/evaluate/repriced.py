"""What if the same evening had had other prices? Its events re-priced, and what the line says of them then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import polars as pl

from app.detection.model import Model
from app.domain.days import SEALED_DAY_SCHEMA
from app.domain.events import PAIR
from app.domain.snapshot import empty_snapshot
from app.findings.rulebook import read_rule_book
from app.training.bulk import Bulk, rows_of
from app.training.evening.build import Evening
from app.training.evening.wire import PLATFORM, Event
from app.worker.firing import Told

Pair = tuple[str, str, str]
"""Session, seller, product."""
PER_UNIT: Final = ("platform_discount", "seller_voucher", "platform_voucher")
PER_LINE: Final = tuple(f"{name}_total" for name in PER_UNIT)
JUDGED: Final = (*PAIR, "pane", "novelty_score", "anomaly_score", "level", "severity")


@dataclass(frozen=True)
class Said:
    """What the line said of an evening: natural finals (JUDGED) and everything told of the pairs above L0."""

    finals: pl.DataFrame
    told: list[Told]


def at_one_price(events: Iterable[Event], prices: Mapping[Pair, int]) -> list[Event]:
    """The events, those of the named pairs at one price throughout and without anybody's discount."""
    return [_single(event, prices.get(pair_of(event))) for event in events]


def cut(events: Iterable[Event], percent: int) -> list[Event]:
    """The events with every price so many percent lower, rounded down, at least 1."""
    return [event | {"price": max(1, event["price"] * (100 - percent) // 100)} if "price" in event else event for event in events]


def pair_of(event: Mapping[str, Any]) -> Pair:
    """Of an event or a row of figures."""
    return str(event.get("session_id")), str(event.get("seller_id")), str(event.get("product_id"))


def said_of(made: Evening, events: Iterable[Event], model: Model | None) -> Said:
    """Run events of an evening through the line, with the evening's sellers, costs, catalogue and sealed days."""
    snapshot = replace(
        empty_snapshot(),
        senders={PLATFORM: ()},
        sellers=made.sellers,
        costs=made.costs,
        catalogue=made.catalogue,
        model_id=None if model is None else model.model_id,
    )
    line = Bulk(PLATFORM, snapshot, read_rule_book(), model, history=made.history.select(*SEALED_DAY_SCHEMA))
    closed = list(line.run(rows_of(events, PLATFORM)))
    finals = pl.concat([c.finals.filter("natural") for c in closed if c.finals.height], how="vertical_relaxed")
    return Said(finals, [told for c in closed for told in c.told])


def _single(event: Event, price: int | None) -> Event:
    if price is None or "price" not in event:
        return event
    free = PER_UNIT if event["type"] == "price" else PER_LINE
    return event | {"price": price} | dict.fromkeys(free, 0)
