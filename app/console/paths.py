"""How does a series become the data of an SVG path? One path per series keeps a page of many minutes small."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

from app.console.chart import Chart, Minute
from app.domain.time import MINUTE_US

HOLDS_US: Final = 15 * MINUTE_US
"""A price holds at most 15 minutes without being repeated (B6): a longer gap breaks its line."""
Pick = Callable[[Minute], float | None]
PickBand = Callable[[Minute], tuple[float, float] | None]
T = TypeVar("T")


def number(value: float) -> str:
    """A coordinate with one decimal at most."""
    return f"{value:.1f}".removesuffix(".0")


def _runs(chart: Chart, pick: Callable[[Minute], T | None], bridge_us: int | None) -> Iterator[tuple[int, int, T]]:
    """(from, to, value) of unbroken equal values; a hole of at most `bridge_us` (null: any) is bridged by the value before it."""
    run: tuple[int, int, T] | None = None
    for minute in chart.minutes:
        value = pick(minute)
        begin, end = minute.minute_us, minute.minute_us + chart.step_us
        if run and (begin <= run[1] or bridge_us is None or begin - run[1] <= bridge_us):
            run = (run[0], begin, run[2])
        if run and value == run[2] and run[1] == begin:
            run = (run[0], end, run[2])
            continue
        if run:
            yield run
        run = None if value is None else (begin, end, value)
    if run:
        yield run


def step_line(chart: Chart, pick: Pick) -> str:
    """A line that holds its value until the next one."""
    time, price, parts, before = chart.time(), chart.price(), [], None
    for begin, end, value in _runs(chart, pick, HOLDS_US):
        y = number(price.at(value))
        parts.append(f"{'V' + y if before == begin else f'M{number(time.at(begin))} {y}'}H{number(time.at(end))}")
        before = end
    return "".join(parts)


def band(chart: Chart, pick: PickBand, least: float = 3.0) -> str:
    """Filled boxes between two values; a single value is drawn `least` units high so that it can be seen."""
    time, price, parts = chart.time(), chart.price(), []
    for begin, end, (low, high) in _runs(chart, pick, None):
        top, bottom = price.at(high), price.at(low)
        thin = max(0.0, least - (bottom - top)) / 2
        left, right = number(time.at(begin)), number(time.at(end))
        parts.append(f"M{left} {number(top - thin)}H{right}V{number(bottom + thin)}H{left}Z")
    return "".join(parts)


def points(chart: Chart, pick: Pick) -> list[tuple[int, float, float]]:
    """(minute, x, y) of every minute with a value, in the middle of its minute."""
    time, price = chart.time(), chart.price()
    found = [(m.minute_us, pick(m)) for m in chart.minutes]
    return [(us, time.at(us + chart.step_us / 2), price.at(v)) for us, v in found if v is not None]


def joined(chart: Chart, spots: Sequence[tuple[int, float, float]]) -> str:
    """A line through points, broken where nothing was sold for longer than a price holds."""
    parts, before = [], None
    for us, x, y in spots:
        parts.append(f"{'M' if before is None or us - before > max(HOLDS_US, chart.step_us) else 'L'}{number(x)} {number(y)}")
        before = us
    return "".join(parts)


def dots(spots: Sequence[tuple[int, float, float]]) -> str:
    """Lines of no length: a round line cap makes them dots."""
    return "".join(f"M{number(x)} {number(y)}h0" for _, x, y in spots)


def diamonds(spots: Sequence[tuple[int, float, float]], half: float = 4.5) -> str:
    """Diamonds: minutes under cost differ by shape, not by colour alone."""
    return "".join(f"M{number(x)} {number(y - half)}l{half} {half}l-{half} {half}l-{half} -{half}Z" for _, x, y in spots)


def ranges(chart: Chart) -> str:
    """An upright stroke from the lowest to the highest sale of each minute where they differ."""
    time, price = chart.time(), chart.price()
    both = [(m.minute_us, m.low, m.high) for m in chart.minutes if m.low is not None and m.high is not None and m.low != m.high]
    return "".join(f"M{number(time.at(us + chart.step_us / 2))} {number(price.at(low))}V{number(price.at(high))}" for us, low, high in both)


def bars(chart: Chart) -> str:
    """Units of each minute as strokes from the foot of the small axis."""
    time, units = chart.time(), chart.units()
    sold = [(m.minute_us, m.units_milli) for m in chart.minutes if m.units_milli is not None and m.units_milli > 0]
    foot = number(units.start)
    return "".join(f"M{number(time.at(us + chart.step_us / 2))} {foot}V{number(units.at(milli))}" for us, milli in sold)
