"""Is the plot well-formed, inside its axes, complete, small, and silent towards the outside?"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.console.article import ALONE, table
from app.console.chart import LEFT, NARROW, PRICE_BOTTOM, PRICE_TOP, UNITS_BOTTOM, UNITS_TOP, WIDE, Chart, Minute, Spell, is_under_cost
from app.console.plot import draw
from app.console.scale import Scale, price_range, ticks, time_ticks
from app.console.thin import joined, step_for
from app.domain.time import HOUR_US
from tests.console.evening import BEGIN, MINUTE, minutes

SVG = "{http://www.w3.org/2000/svg}"
PAIRS = re.compile(r"M(-?[\d.]+) (-?[\d.]+)")


def chart(run: list[Minute] | None = None, width: int = WIDE) -> Chart:
    spell = Spell(BEGIN + 20 * MINUTE, BEGIN + 65 * MINUTE)
    return Chart("p0", 'Harga <b> & "kutip"', minutes() if run is None else run, (spell,), "IDR", "T1", width=width)


def path(drawn: ET.Element, kind: str) -> str:
    """The data of the last path of a class (swatches of the legend stand after the marks, so the first is taken)."""
    found = [p.get("d") or "" for p in drawn.iter(f"{SVG}path") if p.get("class") == kind]
    return found[0] if found else ""


def starts(data: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in PAIRS.findall(data)]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_series_lies_inside_its_panel(width: int) -> None:
    drawn = ET.fromstring(draw(chart(width=width)))
    for kind in ("dots", "under", "mean", "force", "ref-band", "cost-band"):
        spots = starts(path(drawn, kind))
        assert spots, kind
        # a diamond's tip stands half a mark above its point
        assert all(LEFT <= x <= width - 12 and PRICE_TOP - 5 <= y <= PRICE_BOTTOM for x, y in spots), kind
    feet = starts(path(drawn, "bars"))
    assert all(LEFT <= x <= width - 12 and y == UNITS_BOTTOM for x, y in feet)
    assert all(UNITS_TOP <= float(top) <= UNITS_BOTTOM for top in re.findall(r"V([\d.]+)", path(drawn, "bars")))


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_legend_stays_in_the_picture(width: int) -> None:
    """[`harga berlaku · in force` cut off at the right edge of the narrow plot.]"""
    ends = []
    for entry in ET.fromstring(draw(chart(width=width))).iter(f"{SVG}g"):
        x, y = map(float, re.findall(r"[\d.]+", entry.get("transform") or ""))
        words = entry.find(f"{SVG}text")
        assert words is not None
        ends.append((y, x, x + 24 + 6.5 * len(words.text or "")))
    assert len(ends) == 7
    assert all(end <= width and y <= PRICE_TOP - 20 for y, _, end in ends)
    assert all(before < x for (row, _, before), (y, x, _) in pairwise(ends) if row == y)


def test_a_mark_for_every_minute_with_sales() -> None:
    run = minutes()
    drawn = ET.fromstring(draw(chart(run)))
    sold, under = sum(m.mean is not None for m in run), sum(is_under_cost(m) for m in run)
    assert len(starts(path(drawn, "dots"))) == sold - under
    assert len(starts(path(drawn, "under"))) == under > 20


def test_it_is_told_in_words_too() -> None:
    drawn = ET.fromstring(draw(chart()))
    assert drawn.find(f"{SVG}title").text == 'Harga <b> & "kutip"'  # type: ignore[union-attr]
    assert "di bawah biaya" in (drawn.find(f"{SVG}desc").text or "")  # type: ignore[union-attr]
    assert drawn.get("role") == "img"
    words = "".join(drawn.itertext())
    for said in ("biaya · cost (T1)", "acuan · reference", "temuan · finding", "WIB", "Rp50 rb", "20:15"):
        assert said in words


def test_nothing_from_outside_and_small() -> None:
    drawn = draw(chart(minutes(count=480)))
    assert set(re.findall(r"https?://[^\"' ]+", drawn)) == {"http://www.w3.org/2000/svg"}
    assert "<script" not in drawn
    assert " style=" not in drawn
    assert len(drawn.encode()) < 50_000


def test_a_price_holds_fifteen_minutes_and_no_longer() -> None:
    run = [
        Minute(BEGIN, price_in_force=100),
        Minute(BEGIN + 10 * MINUTE, price_in_force=100),
        Minute(BEGIN + 40 * MINUTE, price_in_force=100),
    ]
    assert len(starts(path(ET.fromstring(draw(chart(run))), "force"))) == 2


def test_thinning_keeps_units_and_minutes_under_cost() -> None:
    run = minutes(count=300)
    run[200] = replace(run[200], mean=40000.0, units_milli=1000)
    step = step_for(run, 96)
    thinned = joined(run, step, 7 * HOUR_US)
    assert (step, len(thinned)) == (5, 60)
    assert sum(m.units_milli or 0 for m in thinned) == sum(m.units_milli or 0 for m in run)
    assert 40000.0 in [m.mean for m in thinned]


def test_without_cost_reference_or_sales() -> None:
    bare = [Minute(BEGIN + i * MINUTE, price_in_force=5000) for i in range(3)]
    drawn = ET.fromstring(draw(Chart("p1", "t", bare)))
    assert path(drawn, "cost-band") == path(drawn, "ref-band") == path(drawn, "bars") == ""
    assert "Tidak ada penjualan" in "".join(drawn.itertext())


amounts = st.none() | st.integers(0, 10**12)
any_minute = st.builds(
    Minute,
    minute_us=st.integers(0, 3000).map(lambda i: BEGIN + i * MINUTE),
    low=amounts, high=amounts, mean=st.none() | st.floats(0, 1e12), units_milli=st.none() | st.integers(-(10**9), 10**12),
    reference=amounts, cost_lo=amounts, cost_hi=amounts, price_in_force=amounts,
)  # fmt: skip


@given(st.lists(any_minute, min_size=1, max_size=30, unique_by=lambda m: m.minute_us), st.booleans())
def test_any_minutes_make_a_well_formed_plot_and_table(run: list[Minute], open_spell: bool) -> None:
    run.sort(key=lambda m: m.minute_us)
    drawn = ET.fromstring(draw(Chart("p2", "t", run, (Spell(run[0].minute_us, None if open_spell else run[-1].minute_us),))))
    assert "nan" not in ET.tostring(drawn, encoding="unicode").lower().replace("tidak ada", "")
    step, rows = table(run, "IDR", 7 * HOUR_US, ALONE.rows)
    assert 1 <= len(rows) <= ALONE.rows
    assert step >= 1


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_ticks_are_inside_and_few(one: int, other: int) -> None:
    low, high = price_range([one, other])
    found = ticks(low, high)
    slack = (high - low) * 1e-3
    assert all(low - slack <= v <= high + slack for v in found)
    assert 1 <= len(found) <= 6


def test_scales() -> None:
    assert Scale(0, 10, 100, 0).at(5) == 50
    assert Scale(0, 10, 100, 0).at(99) == 0
    assert price_range([]) == (0.0, 1.0)
    low, high = price_range([45000, 58000])
    assert 0 < low < 45000 < 58000 < high
    assert price_range([100, 1000])[0] == 0.0
    assert time_ticks(BEGIN, BEGIN + 60 * MINUTE, 7 * HOUR_US)[:2] == [BEGIN, BEGIN + 10 * MINUTE]
