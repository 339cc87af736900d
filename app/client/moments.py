"""When did an event happen, and how far has a file's time come? One far row alone moves no clock (C2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from app.domain.time import EPOCH, MINUTE_US
from app.intake.values import read_time

JUMP_US: Final = 10 * MINUTE_US
_MICROSECOND: Final = timedelta(microseconds=1)
AnyEvent = TypeVar("AnyEvent", bound=Mapping[str, Any])


def micros(moment: datetime) -> int:
    """UTC microseconds of a moment with a zone."""
    if moment.tzinfo is None:
        raise ValueError("the moment has no zone")
    return (moment - EPOCH) // _MICROSECOND


def moment(us: int) -> datetime:
    """The moment, in UTC."""
    return EPOCH + timedelta(microseconds=us)


def moment_us(event: Mapping[str, Any], field: str = "occurred_at") -> int | None:
    """When an event says that it happened, read as the door reads it; None where it would be refused."""
    known = getattr(event, "occurred_us", None)
    if known is not None and field == "occurred_at":
        return int(known)
    try:
        return read_time(event.get(field))
    except ValueError:
        return None


def timed(events: Iterable[AnyEvent]) -> Iterator[tuple[AnyEvent, int | None, int | None]]:
    """(event, its moment, the file's time with it). A row over ten minutes ahead counts unless the next lies as far behind it."""
    clock: int | None = None
    held: tuple[AnyEvent, int | None] | None = None
    for event in events:
        us = moment_us(event)
        if held is not None:
            clock = _counted(clock, held[1], us)
            yield *held, clock
        held = (event, us)
    if held is not None:
        yield *held, _counted(clock, held[1], None)


def _counted(clock: int | None, us: int | None, following: int | None) -> int | None:
    if us is None or (clock is not None and us <= clock):
        return clock
    near = clock is not None and us <= clock + JUMP_US
    return us if near or following is None or following >= us - JUMP_US else clock
