"""F4. One row per closed minute of a pair that had a final: low, high, unit-weighted mean; whole however the minute's panes closed.

Not built, and said in docs/semantics.md: packing at the session's end, thinning after 30 days.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.property.rig import MINUTE, SECOND, Event, Rig
from tests.semantics.losses import BEGIN, COST, FREE, LOSS, papers
from tests.semantics.stage import beat, price, rig_at, sale

MINUTES = 9
Point = tuple[int | None, int | None, int, float | None]


def evening(seed: int) -> list[tuple[int, Event]]:
    """Sales of two products at ragged moments, some with a cut paid by the platform, some by the seller."""
    chance, made = random.Random(seed), []
    for n in range(70):
        us = BEGIN + chance.randrange(MINUTES * 60) * SECOND + chance.choice([0, 1, 999_999])
        discount, voucher = chance.choice([(0, 0), (9_000, 0), (0, 3_500)])
        cut = {"platform_discount_total": discount, "seller_voucher_total": voucher}
        line = {"product_id": chance.choice(["p-1", "p-2"]), "price": chance.randrange(40_000, 90_000)}
        made.append((us, sale(f"e-{n}", us, quantity=chance.choice([1, 2, 0.125, 3.5]), **line, **cut)))
    return sorted(made, key=lambda m: (m[0], m[1]["event_id"]))


def oracle(posted: Iterable[tuple[int, Event]]) -> dict[tuple[str, int], Point]:
    """(product, minute) -> low, high, units in thousandths, mean: one sale after the other, exact fractions."""
    sums: dict[tuple[str, int], list[tuple[Fraction, Fraction]]] = {}
    for us, e in posted:
        units = Fraction(str(e["quantity"]))
        value = e["price"] * units + e["platform_discount_total"] - e["seller_voucher_total"]
        sums.setdefault((e["product_id"], us // MINUTE * MINUTE), []).append((units, value))
    found = {}
    for place, lines in sums.items():
        unit = [value / units for units, value in lines]
        total = sum(u for u, _ in lines)
        mean = float(sum((v for _, v in lines), Fraction(0)) / total)
        found[place] = (int(min(unit) // 1), int(max(unit) // 1), int(total * 1000), mean)
    return found


def kept(rig: Rig) -> dict[tuple[str, int], Point]:
    rows = rig.one("select product_id, minute_us, low, high, units_milli, mean from timeline")
    return {(product, minute): (low, high, units, mean) for product, minute, low, high, units, mean in rows}


def lived(home: Path, posted: list[tuple[int, Event]], seconds: int) -> dict[tuple[str, int], Point]:
    """What the timeline says of an evening posted, and closed by a heartbeat, every so many seconds."""
    with rig_at(home, **papers("p-1")) as rig:
        for moment in range(BEGIN + seconds * SECOND, BEGIN + (MINUTES + 1) * MINUTE + 1, seconds * SECOND):
            events = [e for us, e in posted if moment - seconds * SECOND <= us < moment]
            rig.post([*events, beat(f"h-{moment}", moment)], at_us=moment)
            rig.drain()
        return kept(rig)


@pytest.mark.parametrize(("seed", "seconds"), [(1, 600), (1, 70), (2, 20)])
def test_the_minutes_with_sales_are_those_of_a_plain_count(tmp_path: Path, seed: int, seconds: int) -> None:
    posted = evening(seed)
    found = lived(tmp_path, posted, seconds)
    wanted = oracle(posted)
    assert {place: point[:3] for place, point in found.items() if point[2]} == {place: point[:3] for place, point in wanted.items()}
    assert all(found[place][3] == pytest.approx(point[3], rel=1e-15) for place, point in wanted.items())
    assert all(point[0] is point[1] is point[3] is None for point in found.values() if not point[2]), "no sale, no price made up"


def two_steps(home: Path, second_price: int, cut: int | None) -> list[dict[str, Any]]:
    """A loss and a second sale of one minute; between them the panes close, or not. The rows of that minute."""
    with rig_at(home, **papers("p-1")) as rig:
        second = sale("b", BEGIN + 45 * SECOND, price=second_price, quantity=3, **FREE)
        events = [(5, sale("a", BEGIN + 5 * SECOND, price=LOSS, **FREE)), (45, second)]
        for moment in filter(None, (cut, 120)):
            sent = [e for at, e in events if at < moment and (cut is None or moment == cut or at >= cut)]
            rig.post([*sent, beat(f"h-{moment}", BEGIN + moment * SECOND)], at_us=BEGIN + moment * SECOND)
            rig.drain()
        return [dict(r._mapping) for r in rig.one(f"select * from timeline where minute_us = {BEGIN}")]


@pytest.mark.parametrize("second_price", [LOSS - 3_000, COST + 40_000])
def test_a_minute_closed_in_two_steps_is_whole(tmp_path: Path, second_price: int) -> None:
    """[Its second half alone: a plot in which the loss never happened.]"""
    (split,) = two_steps(tmp_path / "two", second_price, 30)
    (whole,) = two_steps(tmp_path / "one", second_price, None)
    assert split == whole
    prices = sorted((LOSS, second_price))
    assert (split["low"], split["high"], split["units_milli"], split["mean"]) == (*prices, 4000, (LOSS + 3 * second_price) / 4)


def test_the_level_of_a_minute_does_not_depend_on_how_it_closed(tmp_path: Path) -> None:
    (split,) = two_steps(tmp_path / "two", COST + 40_000, 30)
    (whole,) = two_steps(tmp_path / "one", COST + 40_000, None)
    assert split["level"] == whole["level"]


def test_a_shown_price_makes_a_minute_without_sales(tmp_path: Path) -> None:
    with rig_at(tmp_path, **papers("p-1")) as rig:
        rig.post([price("p", BEGIN + SECOND, price=60_000), beat("h", BEGIN + 2 * MINUTE)], at_us=BEGIN + 2 * MINUTE)
        rig.drain()
        (row,) = rig.one("select minute_us, low, mean, units_milli, price_in_force, cost_lo from timeline")
    assert tuple(row) == (BEGIN, None, None, 0, 60_000, COST)


def test_what_is_not_packed_is_said() -> None:
    (line,) = [x for x in Path("docs/semantics.md").read_text().splitlines() if x.startswith("| F4 |")]
    assert "packing at the session's end, thinning after 30 days" in line
