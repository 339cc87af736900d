"""What the tests of the sealed day share: nights of many pairs with shown prices, a model with own strata, Benjamini-Hochberg by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from app.detection.model import Model
from app.domain.units import UNITS_SCHEMA
from app.store import sealed_units, tables
from app.store.engine import read
from tests.property.nights import goods
from tests.property.rig import HOUR, MINUTE, SECOND, Event, Rig, at, made_up_forest, made_up_model, stamp
from tests.semantics.stage import beat, price

SEALS = at(2, 2) + 2 * MINUTE
"""When day 1 is sealed: 02:00 of day 2."""


def own_model() -> Model:
    """The made-up model with its strata as the platforms' own: p is "ok", not "borrowed"."""
    model = made_up_model()
    own = {f"{p}:{name}": s for p in ("tiktok", "shopee") for name, s in model.calibration.strata.items()}
    return replace(model, calibration=replace(model.calibration, own=own))


def lent_model(units: pl.DataFrame | None = None) -> Model:
    """The made-up model without sessions of the platforms' own: p is "borrowed", or rests on what the platform has sealed."""
    lent = made_up_model().calibration
    elsewhere = pl.DataFrame([("elsewhere", "s", "a", "x", "k", "IDR|ordinary|unknown|unknown|3", 0.1)], schema=UNITS_SCHEMA, orient="row")
    return replace(made_up_model(), calibration=replace(lent, own={}, units=units if units is not None else elsewhere))


@contextmanager
def night_rig(home: Path, partitions: int = 1, model: Model | None = None, **changes: Any) -> Iterator[Rig]:
    """A rig with a published configuration; p rests on own sessions unless another model is given."""
    with made_up_forest():
        rig = Rig(home, partitions, models=lambda _: model or own_model())
        rig.configure(**({"model_id": "made-up", "senders": {"tiktok": ("k",)}} | changes))
        yield rig
        rig.close()


def lives(prices: Sequence[int], begin: int = at(1, 20), minutes: int = 40, per_session: int = 5, tag: str = "s") -> list[Event]:
    """One pair per price, all of list price 100 000, in lives of `per_session` pairs; shown twice, at 100 000 and then at its price."""
    made: list[Event] = []
    for number, paid in enumerate(prices):
        session, mine = f"{tag}-{number // per_session}", begin + (number // per_session) * MINUTE
        shop, product = f"toko-{number // per_session}", f"{tag}-p-{number}"
        if number % per_session == 0:
            head = {"session_id": session, "host_id": "h"}
            made.append({"type": "session_started", "event_id": f"{session}-a", "occurred_at": stamp(mine), **head})
            end = {"type": "session_ended", "event_id": f"{session}-z", "session_id": session}
            made.append(end | {"occurred_at": stamp(mine + minutes * MINUTE)})
        for step, amount in ((1, 100_000), (5, paid)):
            us = mine + step * MINUTE + number * SECOND
            shown = goods(shop, product, f"c-{number % 7}", amount, list_price=100_000)
            made.append(price(f"{product}-{step}", us, session_id=session) | shown)
    return sorted(made, key=lambda e: str(e["occurred_at"]))


def close_day(rig: Rig, us: int = SEALS, slice_bytes: int = 64_000_000) -> None:
    """A heartbeat behind the seal, and everything worked."""
    rig.post([beat(f"h-{us}", us)], at_us=us)
    rig.drain(slice_bytes)


def post_all(rig: Rig, events: Sequence[Event], seconds: int = 600) -> None:
    """As they happen, in batches."""
    batch: list[Event] = []
    until = ""
    for event in events:
        if batch and str(event["occurred_at"]) >= until:
            rig.post(batch, at_us=_us(batch[-1]) + SECOND)
            batch = []
        if not batch:
            until = stamp(_us(event) + seconds * SECOND)
        batch.append(event)
    rig.post(batch, at_us=_us(batch[-1]) + SECOND)


def _us(event: Event) -> int:
    return int(pl.Series([event["occurred_at"]]).str.to_datetime(time_zone="UTC", time_unit="us").dt.epoch("us")[0])


def by_hand(p: Sequence[float | None]) -> list[float | None]:
    """Benjamini-Hochberg q of each p, straight from the definition."""
    told = sorted(x for x in p if x is not None)
    m = len(told)

    def one(x: float) -> float:
        return min(min(1.0, y * m / sum(z <= y for z in told)) for y in told if y >= x)

    return [None if x is None else one(x) for x in p]


def units(rig: Rig, platform: str = "tiktok") -> pl.DataFrame:
    with read(rig.engine) as connection:
        return sealed_units.load(connection, platform, 0, 10**6)


def seals(rig: Rig) -> list[tuple[Any, ...]]:
    """(platform, day, sha256) of every frozen frame of units and of summaries."""
    units_ = [(r["platform"], r["day"], r["sha256"]) for r in rig.rows(tables.sealed_units, "platform", "day")]
    return units_ + [(r["platform"], r["day"], r["sha256"]) for r in rig.rows(tables.sealed_day, "platform", "day")]


__all__ = ["HOUR", "SEALS", "by_hand", "close_day", "lives", "night_rig", "own_model", "post_all", "seals", "units"]
