"""Is the benchmark the median known cost of matched products at other owners, valid on the date, and never the judged one's own?"""

from __future__ import annotations

import statistics
from dataclasses import replace
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from app.domain.snapshot import CATALOGUE_SCHEMA, COSTS_SCHEMA, SELLERS_SCHEMA, Snapshot, empty_snapshot
from app.domain.time import DAY_US, PANE_US
from app.windows.benchmarks import benchmarks, with_benchmarks

DAY = 20_000
GROUPS = ("g0", "g1", None)
SELLERS = tuple(f"s{n}" for n in range(5))


def configured(
    costs: list[dict[str, Any]], owners: dict[str, str | None], products: dict[str, tuple[str | None, float | None]]
) -> Snapshot:
    return replace(
        empty_snapshot(),
        costs=pl.DataFrame([{"platform": "p", "currency": "IDR"} | c for c in costs], schema=COSTS_SCHEMA),
        sellers=pl.DataFrame([{"platform": "p", "seller_id": s, "owner_group": g} for s, g in owners.items()], schema=SELLERS_SCHEMA),
        catalogue=pl.DataFrame(
            [{"platform": "p", "product_id": i, "match_group": g, "match_score": m} for i, (g, m) in products.items()],
            schema=CATALOGUE_SCHEMA,
        ),
    )


def asked(*rows: tuple[str, str, int]) -> pl.DataFrame:
    """Figures of (seller, product, local day), an hour into the day."""
    frame = pl.DataFrame(list(rows), schema={"seller_id": pl.String(), "product_id": pl.String(), "day": pl.Int64()}, orient="row")
    return frame.with_columns(
        pl.lit("p").alias("platform"), pl.lit("IDR").alias("currency"), (pl.col("day") * DAY_US // PANE_US + 360).alias("pane")
    )


def cost(seller: str, product: str, amount: int, **fields: Any) -> dict[str, Any]:
    return {"seller_id": seller, "product_id": product, "tier": "T1", "cost_lo": amount, "cost_hi": amount, "valid_from_us": 0} | fields


def found(snapshot: Snapshot, *rows: tuple[str, str, int]) -> list[tuple[float | None, int]]:
    return with_benchmarks(asked(*rows), benchmarks(snapshot), 0).select("benchmark_cost", "benchmark_owners").rows()


@st.composite
def situations(draw: st.DrawFn) -> tuple[Snapshot, list[tuple[str, str, int]], list[dict[str, Any]], dict[str, Any], dict[str, Any]]:
    owners = {s: draw(st.sampled_from(("a", "b", None))) for s in SELLERS}
    products = {f"x{n}": (draw(st.sampled_from(GROUPS)), draw(st.sampled_from((None, 0.95, 0.9, 0.89)))) for n in range(6)}
    costs = [
        cost(
            draw(st.sampled_from(SELLERS)),
            name,
            draw(st.integers(1, 50)),
            tier=draw(st.sampled_from(("T1", "T2", "T3"))),
            valid_from_us=draw(st.integers(DAY - 2, DAY + 2)) * DAY_US,
            valid_to_us=draw(st.sampled_from((None, DAY * DAY_US, (DAY + 1) * DAY_US))),
        )
        for name in draw(st.lists(st.sampled_from(sorted(products)), max_size=8))
    ]
    rows = draw(
        st.lists(
            st.tuples(st.sampled_from(SELLERS), st.sampled_from(sorted(products)), st.integers(DAY - 1, DAY + 2)), min_size=1, max_size=6
        )
    )
    return configured(costs, owners, products), rows, costs, owners, products


def by_hand(
    row: tuple[str, str, int], costs: list[dict[str, Any]], owners: dict[str, Any], products: dict[str, Any]
) -> tuple[float | None, int]:
    seller, product, day = row
    group, score = products[product]
    of = {s: g or f"seller:{s}" for s, g in owners.items()}
    if group is None or (score or 1.0) < 0.9:
        return None, 0
    newest: dict[tuple[str, str], tuple[Any, ...]] = {}
    for c in costs:
        theirs, match = products[c["product_id"]]
        valid = c["valid_from_us"] <= day * DAY_US and (c["valid_to_us"] is None or day * DAY_US < c["valid_to_us"])
        if c["tier"] == "T3" or theirs != group or (match or 1.0) < 0.9 or not valid or of[c["seller_id"]] == of[seller]:
            continue
        key, rank = (c["seller_id"], c["product_id"]), (c["tier"], -c["valid_from_us"], c["cost_lo"])
        newest[key] = min(newest.get(key, rank), rank)
    medians: dict[str, list[int]] = {}
    for (other, _), rank in newest.items():
        medians.setdefault(of[other], []).append(rank[2])
    values = [statistics.median(v) for v in medians.values()]
    return (float(statistics.median(values)), len(values)) if values else (None, 0)


@given(situations())
def test_it_is_the_median_over_other_owners_of_what_is_valid_that_day(situation: Any) -> None:
    snapshot, rows, costs, owners, products = situation
    assert found(snapshot, *rows) == [by_hand(row, costs, owners, products) for row in rows]


def test_the_whole_owner_group_is_left_out() -> None:
    snapshot = configured(
        [cost("s0", "x0", 10), cost("s1", "x1", 20), cost("s2", "x2", 30)],
        {"s0": "a", "s1": "a", "s2": None},
        {f"x{n}": ("g", 1.0) for n in range(3)},
    )
    assert found(snapshot, ("s0", "x0", DAY), ("s1", "x1", DAY), ("s2", "x2", DAY)) == [(30.0, 1), (30.0, 1), (15.0, 1)]


def test_a_benchmark_of_everybody_and_another_currency_name_no_owner() -> None:
    rows = [cost("s1", "x1", 20, currency="USD"), cost("s1", "x1", 20) | {"seller_id": None, "tier": "T2"}]
    snapshot = configured(rows, {}, {"x0": ("g", 1.0), "x1": ("g", 1.0)})
    assert found(snapshot, ("s0", "x0", DAY)) == [(None, 0)]


def test_all_panes_of_a_date_read_one_benchmark() -> None:
    noon = DAY * DAY_US + DAY_US // 2
    snapshot = configured([cost("s1", "x1", 20, valid_from_us=noon)], {}, {"x0": ("g", 1.0), "x1": ("g", 1.0)})
    day = asked(("s0", "x0", DAY)).join(pl.DataFrame({"later": [0, 7_000]}), how="cross").with_columns(pl.col("pane") + pl.col("later"))
    assert with_benchmarks(day, benchmarks(snapshot), 0)["benchmark_owners"].to_list() == [0, 0]
    assert found(snapshot, ("s0", "x0", DAY + 1)) == [(20.0, 1)]
