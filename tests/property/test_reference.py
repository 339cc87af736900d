"""Baselines and reference price against brute force: owner groups left out, the irregular anchor thrown out (SEMANTICS A3, E6, C5)."""

from __future__ import annotations

from statistics import median
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.days import SEALED_DAY_SCHEMA
from app.domain.snapshot import CATALOGUE_SCHEMA, SELLERS_SCHEMA
from app.windows.baselines import OWN, baselines
from app.windows.market import ANCHORS, reference_price

LAST = 20_000
Day = dict[str, Any]


@st.composite
def sealed(draw: st.DrawFn) -> list[Day]:
    found: dict[tuple[Any, ...], Day] = {}
    for _ in range(draw(st.integers(1, 16))):
        seller, product = draw(st.sampled_from("abcde")), draw(st.sampled_from("xyz"))
        day = LAST - draw(st.sampled_from([0, 1, 6, 7, 27, 28, -1]))
        units, clean = draw(st.integers(-1, 5)) * 1000, draw(st.integers(0, 4)) * 1000
        money = st.integers(1, 9).map(lambda n: n * 10_000)
        row = {"platform": "p", "seller_id": seller, "product_id": product, "key": f"p:{product in 'xy'}", "currency": "IDR", "day": day}
        row |= {"units_milli": units, "value_s": units * draw(money), "value_b": clean * draw(money), "units_b": clean}
        row |= {
            "clean_units": clean,
            "clean_value_s": clean * draw(money),
            "clean_median_list": float(draw(money)),
            "below_units": draw(st.integers(0, 2)),
        }
        found[seller, product, day] = row
    return list(found.values())


groups = st.dictionaries(st.sampled_from("abcde"), st.sampled_from([None, "g1", "g2"]))
matches = st.dictionaries(st.sampled_from("xyz"), st.sampled_from([("m", 0.95), ("m", 0.9), ("m", 0.89), ("n", None)]))


def made(days: list[Day], owners: dict[str, str | None], matched: dict[str, tuple[str, float | None]]) -> list[dict[str, Any]]:
    sellers = [dict.fromkeys(SELLERS_SCHEMA) | {"platform": "p", "seller_id": s, "owner_group": g} for s, g in owners.items()]
    goods = [
        dict.fromkeys(CATALOGUE_SCHEMA) | {"platform": "p", "product_id": x, "match_group": g, "match_score": m}
        for x, (g, m) in matched.items()
    ]
    frame = pl.DataFrame([dict.fromkeys(SEALED_DAY_SCHEMA) | d for d in days], schema=SEALED_DAY_SCHEMA)
    told = baselines(frame, LAST, pl.DataFrame(sellers, schema=SELLERS_SCHEMA), pl.DataFrame(goods, schema=CATALOGUE_SCHEMA))
    return (
        told.of(frame)
        .filter(pl.struct(OWN).is_in(frame.filter(pl.col("day").is_between(LAST - 27, LAST)).select(pl.struct(OWN)).to_series().implode()))
        .to_dicts()
    )


def middle(values: list[float]) -> float | None:
    return median(values) if values else None


def expected(days: list[Day], owners: dict[str, str | None], matched: dict[str, tuple[str, float | None]]) -> dict[tuple[str, str], Any]:
    past = [d for d in days if LAST - 28 < d["day"] <= LAST]
    owner = lambda s: owners.get(s) or f"alone:{s}"  # noqa: E731
    group = lambda x: g if (g := matched.get(x)) and (g[1] is None or g[1] >= 0.9) else None  # noqa: E731
    found = {}
    for seller, product in {(d["seller_id"], d["product_id"]) for d in past}:
        own = [d for d in past if (d["seller_id"], d["product_id"]) == (seller, product)]
        week = [d for d in own if d["day"] > LAST - 7]
        clean = [d for d in own if d["clean_units"] > 0]
        rest = [d for d in past if owner(d["seller_id"]) != owner(seller)]

        def by_owner(rows: list[Day], value: str, units: str) -> list[float]:
            per: dict[str, list[float]] = {}
            for d in rows:
                if d[units] > 0:
                    per.setdefault(owner(d["seller_id"]), []).append(d[value] / d[units])
            return [median(v) for v in per.values()]

        mine = group(product)
        rivals = by_owner([d for d in rest if mine and (g := group(d["product_id"])) and g[0] == mine[0]], "value_b", "units_b")
        found[seller, product] = {
            "own_days": len(clean),
            "own_median_ps": middle([d["clean_value_s"] / d["clean_units"] for d in clean]),
            "own_median_list": middle([d["clean_median_list"] for d in clean]),
            "mean_daily_units": sum(d["units_milli"] for d in own) // 28,
            "seller_units_28d": sum(d["units_milli"] for d in past if d["seller_id"] == seller),
            "units_7d": sum(d["units_milli"] for d in week),
            "below_units_7d": sum(d["below_units"] for d in week),
            "sale_days_7d": sum(d["units_milli"] > 0 for d in week),
            "below_days_28d": sum(d["below_units"] > 0 for d in own),
            "fair_price_7d": max((d["value_s"] // d["units_milli"] for d in week if d["units_milli"] > 0), default=None),
            "rivals": len(rivals),
            "rivals_median_pb": middle(rivals),
            "market_median": middle(by_owner([d for d in rest if d["key"] == own[0]["key"]], "clean_value_s", "clean_units")),
        }
    return found


@settings(max_examples=80)
@given(sealed(), groups, matches)
def test_baselines_are_those_of_brute_force(days: list[Day], owners: dict[str, str | None], matched: dict[str, Any]) -> None:
    got = {(r["seller_id"], r["product_id"]): r for r in made(days, owners, matched)}
    want = expected(days, owners, matched)
    assert got.keys() == want.keys()
    for pair, values in want.items():
        assert {k: got[pair][k] for k in values} == pytest.approx(values)


def joined(anchors: list[float]) -> float | None:
    """The clause word by word: under three anchors nobody disagrees; else the furthest goes if it lies far off."""
    if not anchors:
        return None
    mid = median(anchors)
    away = max(abs(a - mid) for a in anchors)
    rest = [a for a in anchors if abs(a - mid) < away or away <= 0.5 * mid]
    return median(rest) if len(anchors) >= 3 and rest else mid


prices = st.one_of(st.none(), st.sampled_from([0.0, 10.0, 20.0, 100.0, 150.0, 151.0, 1000.0, 1010.0]))


def reference(anchors: tuple[float | None, ...]) -> float | None:
    return reference_price(pl.DataFrame([dict(zip(ANCHORS, anchors, strict=True))], schema=dict.fromkeys(ANCHORS, pl.Float64()))).item(
        0, "reference"
    )


@settings(max_examples=150)
@given(st.tuples(prices, prices, prices, prices))
def test_the_reference_is_that_of_brute_force(anchors: tuple[float | None, ...]) -> None:
    assert reference(anchors) == pytest.approx(joined([a for a in anchors if a is not None]))


def test_a_list_price_raised_tenfold_does_not_lift_the_reference() -> None:
    """[A mean of the anchors would: 100, 110 and a list price of 1,000 make 403.]"""
    assert reference((100.0, 110.0, 1000.0, None)) == 105.0
    assert reference((10.0, 20.0, 1000.0, 2000.0)) == 20.0, "one is thrown out, not all"
    assert reference((10.0, 10.0, 1000.0, 1000.0)) == 505.0, "there is always a reference where there are anchors"
