"""Best tier first, within its period and currency, the same as a row-by-row search (B3, B4)."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.snapshot import COSTS_SCHEMA
from app.law.costs import COST_COLUMNS, resolve_costs
from tests.law.cases import EVENING_US, figures


def cost(tier: str, lo: int, hi: int, **keys: Any) -> dict[str, Any]:
    row = {"platform": "tt", "currency": "IDR", "valid_from_us": 0, "source": f"{tier}-{lo}"}
    return dict.fromkeys(COSTS_SCHEMA) | row | keys | {"tier": tier, "cost_lo": lo, "cost_hi": hi}


def table(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=COSTS_SCHEMA)


def resolved(costs: pl.DataFrame, accept: bool = False, **changes: Any) -> tuple[Any, ...]:
    return resolve_costs(figures(changes, costs=False), costs, accept).select(COST_COLUMNS).row(0)


DOCUMENT = cost("T1", 53_000, 53_000, seller_id="toko", product_id="p1", category_id="cement")
PRODUCT = cost("T2", 50_000, 54_000, product_id="p1", category_id="cement")
CATEGORY = cost("T2", 40_000, 60_000, category_id="cement")
CLAIM = {"claim_cost": 52_001, "claim_source": "seller_declared"}


@pytest.mark.parametrize(
    ("rows", "claim", "accept", "expected"),
    [
        ([CATEGORY, PRODUCT, DOCUMENT], CLAIM, False, (53_000, 53_000, "T1", "T1-53000")),
        ([CATEGORY, PRODUCT], CLAIM, False, (50_000, 54_000, "T2", "T2-50000")),
        ([CATEGORY], CLAIM, False, (40_000, 60_000, "T2", "T2-40000")),
        ([], CLAIM, False, (52_001, 52_001, "T2", "event:seller_declared")),
        ([], CLAIM | {"claim_source": "invoice"}, False, (52_001, 52_001, "T2", "event:invoice")),
        ([], CLAIM | {"claim_source": "platform_estimate"}, False, (39_000, 52_001, "T3", "event:platform_estimate")),
        ([], CLAIM | {"claim_source": None}, False, (39_000, 52_001, "T3", "event:estimate")),
        ([], {}, False, (None, None, "T4", None)),
        ([CATEGORY], CLAIM, True, (52_001, 52_001, "T1", "event:seller_declared+accepted")),
        ([DOCUMENT], CLAIM, True, (53_000, 53_000, "T1", "T1-53000")),
        ([DOCUMENT | {"currency": "USD"}], {}, False, (None, None, "T4", None)),
        ([DOCUMENT | {"platform": "sp"}], {}, False, (None, None, "T4", None)),
        ([DOCUMENT | {"seller_id": None}], {}, False, (None, None, "T4", None)),
        ([cost("T3", 1, 2, product_id="p1")], CLAIM, False, (52_001, 52_001, "T2", "event:seller_declared")),
        ([cost("T3", 1, 2, product_id="p1")], CLAIM | {"claim_source": None}, False, (1, 2, "T3", "T3-1")),
    ],
)
def test_best_tier_first(rows: list[dict[str, Any]], claim: dict[str, Any], accept: bool, expected: tuple[Any, ...]) -> None:
    assert resolved(table(*rows), accept, **claim) == expected


@pytest.mark.parametrize(("offset", "tier"), [(-1, "T4"), (0, "T4"), (1, "T1"), (10, "T1"), (11, "T4")])
def test_a_cost_speaks_for_panes_that_end_inside_its_period(offset: int, tier: str) -> None:
    dated = DOCUMENT | {"valid_from_us": EVENING_US, "valid_to_us": EVENING_US + 10}
    assert resolved(table(dated), end_us=EVENING_US + offset)[2] == tier


def test_the_newer_paper_speaks() -> None:
    assert resolved(table(DOCUMENT, DOCUMENT | {"cost_lo": 60_000, "cost_hi": 60_000, "valid_from_us": 9}))[0] == 60_000


def test_order_and_columns_stay_and_stale_costs_go() -> None:
    frame = figures({"product_id": "p2", "cost_lo": 7, "cost_tier": "T1"}, {}, {"product_id": "p3", "category_id": None})
    out = resolve_costs(frame, table(DOCUMENT), False)
    assert out["product_id"].to_list() == ["p2", "p1", "p3"]
    assert out["cost_tier"].to_list() == ["T4", "T1", "T4"]
    assert out.drop(COST_COLUMNS).equals(frame.drop(COST_COLUMNS))
    assert out.schema == frame.schema


def test_no_rows_at_all() -> None:
    frame = figures({}, costs=False).clear()
    assert resolve_costs(frame, table(DOCUMENT), False).columns == [*frame.columns, *COST_COLUMNS]


names = st.sampled_from(["a", "b"])
cost_rows = st.builds(
    lambda tier, lo, width, seller, product, category, start, length: cost(
        tier, lo, lo + width, seller_id=seller, product_id=product, category_id=category, valid_from_us=start,
        valid_to_us=None if length is None else start + length,
    ),
    st.sampled_from(["T1", "T2", "T3"]), st.integers(1, 9), st.integers(0, 3), st.none() | names, st.none() | names, names,
    st.integers(0, 20), st.none() | st.integers(1, 20),
)  # fmt: skip
figure_rows = st.fixed_dictionaries(
    {
        "seller_id": names, "product_id": names, "category_id": st.none() | names, "end_us": st.integers(1, 30),
        "claim_cost": st.none() | st.integers(1, 9), "claim_source": st.sampled_from([None, "invoice", "estimate"]),
    }
)  # fmt: skip


def search(row: dict[str, Any], rows: list[dict[str, Any]]) -> tuple[Any, Any, str]:
    """One figure row against every cost row, by hand."""
    found = []
    for c in rows:
        product = c["product_id"] in (None, row["product_id"])
        if (
            c["seller_id"] not in (None, row["seller_id"])
            or not product
            or (c["product_id"] is None and c["category_id"] != row["category_id"])
        ):
            continue
        moment = row["end_us"] - 1
        if not c["valid_from_us"] <= moment or (c["valid_to_us"] is not None and moment >= c["valid_to_us"]):
            continue
        if c["tier"] == "T1" and (c["seller_id"] is None or c["product_id"] is None):
            continue
        fit = (c["seller_id"] is None) * 2 + (c["product_id"] is None)
        found.append(({"T1": 0, "T2": 2, "T3": 4}[c["tier"]], fit, -c["valid_from_us"], c["cost_lo"], c["cost_hi"], c["tier"]))
    claim, paper = row["claim_cost"], row["claim_source"] == "invoice"
    if claim is not None:
        found.append((3 if paper else 5, 0, 0, claim if paper else claim * 3 // 4, claim, "T2" if paper else "T3"))
    return min(found)[3:] if found else (None, None, "T4")


@given(st.lists(figure_rows, min_size=1, max_size=5), st.lists(cost_rows, max_size=6))
def test_as_a_search_by_hand(rows: list[dict[str, Any]], costs: list[dict[str, Any]]) -> None:
    out = resolve_costs(figures(*rows, costs=False), table(*costs), False)
    assert out.select("cost_lo", "cost_hi", "cost_tier").rows() == [search(row, costs) for row in rows]
