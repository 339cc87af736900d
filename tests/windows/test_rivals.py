"""Of a product that the catalogue matches into several groups: are its rivals always those of the first?"""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from app.domain.days import SEALED_DAY_SCHEMA
from app.domain.snapshot import CATALOGUE_SCHEMA, SELLERS_SCHEMA
from app.windows.baselines import baselines

LAST = 20_000


def sold(seller: str, product: str, price: int) -> dict[str, Any]:
    units = {"units_milli": 1000, "value_s": 1000 * price, "units_b": 1000, "value_b": 1000 * price}
    return {"platform": "p", "seller_id": seller, "product_id": product, "key": "p:k", "day": LAST, "currency": "IDR"} | units


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_first_group_by_name_speaks_however_the_catalogue_is_ordered(order: tuple[int, int]) -> None:
    """[unique() kept any row: the next machine compared with other rivals, and its finals had other bytes.]"""
    days = [sold("a", f"x-{n}", 100) for n in range(40)] + [sold("b", "y", 70), sold("c", "y", 90), sold("d", "z", 30)]
    groups = [(f"x-{n}", group) for n in range(40) for group in [("m", "n")[i] for i in order]] + [("y", "m"), ("z", "n")]
    goods = [{"platform": "p", "product_id": product, "match_group": group} for product, group in groups]
    known = baselines(
        pl.DataFrame(days, schema=SEALED_DAY_SCHEMA),
        LAST,
        pl.DataFrame(schema=SELLERS_SCHEMA),
        pl.DataFrame(goods, schema=CATALOGUE_SCHEMA),
    )
    wanted = pl.DataFrame(days, schema=SEALED_DAY_SCHEMA).filter(pl.col("seller_id") == "a")
    assert set(known.of(wanted).select("rivals", "rivals_median_pb").rows()) == {(2, 80.0)}
