"""Peers, usual discount and usual list price against brute force: owner groups left out, currencies apart, only clean units (E6, A3)."""

from __future__ import annotations

import math
from statistics import median
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.days import SEALED_DAY_SCHEMA
from app.domain.snapshot import CATALOGUE_SCHEMA, SELLERS_SCHEMA
from app.windows import usual
from app.windows.baselines import baselines

LAST = 20_000
OWNERS = {"a": "g", "b": "g", "c": None}
GROUPS = {"x": "m", "y": "m"}
Row = dict[str, Any]


@st.composite
def days(draw: st.DrawFn) -> list[Row]:
    found: dict[tuple[Any, ...], Row] = {}
    money = st.integers(1, 9)
    for _ in range(draw(st.integers(1, 14))):
        seller, product, day = draw(st.sampled_from("abcd")), draw(st.sampled_from("xyz")), LAST - draw(st.sampled_from([0, 3, 27, 28]))
        clean = draw(st.integers(0, 2)) * 1000
        found[seller, product, day] = {
            "platform": "p", "seller_id": seller, "product_id": product, "key": "p:k", "day": day,
            "currency": "MYR" if seller == "d" else "IDR",
            "units_milli": 9000, "value_s": 9000, "clean_units": clean, "clean_value_s": clean * draw(money),
            "clean_median_list": draw(st.one_of(st.none(), money.map(float))),
        }  # fmt: skip
    return list(found.values())


def owner(seller: str) -> str:
    return OWNERS.get(seller) or seller


def goods(product: str) -> str:
    return GROUPS.get(product, product)


def middle(values: list[float]) -> float | None:
    return median(values) if values else None


def by_product(past: list[Row]) -> dict[tuple[str, str], tuple[float, float | None]]:
    names = {(d["seller_id"], d["product_id"]) for d in past}
    own = {n: [d for d in past if (d["seller_id"], d["product_id"]) == n] for n in names}
    return {
        n: (
            median(d["clean_value_s"] / d["clean_units"] for d in rows),
            middle([d["clean_median_list"] for d in rows if d["clean_median_list"] is not None]),
        )
        for n, rows in own.items()
    }


@settings(max_examples=60, deadline=None)
@given(days(), st.integers(1, 4))
def test_what_is_usual_is_what_plain_python_says(made: list[Row], least: int) -> None:
    frame = pl.DataFrame([dict.fromkeys(SEALED_DAY_SCHEMA) | d for d in made], schema=SEALED_DAY_SCHEMA)
    sellers = pl.DataFrame(
        [dict.fromkeys(SELLERS_SCHEMA) | {"platform": "p", "seller_id": s, "owner_group": g} for s, g in OWNERS.items()],
        schema=SELLERS_SCHEMA,
    )
    catalogue = pl.DataFrame(
        [dict.fromkeys(CATALOGUE_SCHEMA) | {"platform": "p", "product_id": x, "match_group": g} for x, g in GROUPS.items()],
        schema=CATALOGUE_SCHEMA,
    )
    asked = pl.DataFrame(
        [("p", s, x, "p:k", "MYR" if s == "d" else "IDR") for s in "abcde" for x in "xyz"],
        schema=["platform", "seller_id", "product_id", "key", "currency"],
        orient="row",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(usual, "LEAST_GOODS", least)
        told = baselines(frame, LAST, sellers, catalogue).beside(asked)
    assert told.select(asked.columns).rows() == asked.rows()

    past = [d for d in made if d["day"] > LAST - 28 and d["clean_units"] > 0]
    products = by_product(past)

    def discount(currency: str) -> float | None:
        mine = {n: v for n, v in products.items() if ("MYR" if n[0] == "d" else "IDR") == currency and v[1]}
        if len({x for _, x in mine}) < least:
            return None
        found = sorted(max(0.0, math.log((listed or 0.0) / mean)) for mean, listed in mine.values())
        return found[int(0.75 * (len(found) - 1))]

    for row in told.to_dicts():
        same = [d for d in past if goods(d["product_id"]) == goods(row["product_id"]) and d["currency"] == row["currency"]]
        others = {owner(d["seller_id"]) for d in same} - {owner(row["seller_id"])}
        peers = [median(d["clean_value_s"] / d["clean_units"] for d in same if owner(d["seller_id"]) == o) for o in others]
        near(row["peers_median"], middle(peers))
        near(row["category_discount"], discount(row["currency"]))
        lists = [listed for (s, _), (_, listed) in products.items() if listed and ("MYR" if s == "d" else "IDR") == row["currency"]]
        near(row["market_list"], middle(lists))


def near(got: float | None, wanted: float | None) -> None:
    assert (got is None) == (wanted is None)
    assert got is None or wanted is None or math.isclose(got, wanted, rel_tol=1e-11, abs_tol=1e-12)
