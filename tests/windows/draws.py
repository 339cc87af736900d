"""Which evenings does Hypothesis draw? Few pairs, crowded times, ties, every field sometimes missing."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.windows.rows import Row, change, ended, price, row, sale, started, us

maybe_money = st.one_of(st.none(), st.integers(0, 30_000))
amounts = st.sampled_from([100, 40_000, 45_000, 60_000, 10**12])
LAST_PANE = 6 * 75
"""An hour and a quarter: price holds end, half-hour windows empty, changes come too late to be seen in any of them."""


@st.composite
def moments(draw: st.DrawFn, span: int = 3600) -> float:
    """Seconds after the beginning; often the same few, often on the edge of a pane or a minute."""
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return float(draw(st.sampled_from([0, 5, 59, 60, 65, 300, 900, 901, 1800, 1865, 2000])))
    if kind == 1:
        return float(10 * draw(st.integers(0, span // 10)))
    near = draw(st.integers(0, 40)) * 1.5
    return near if kind == 2 else draw(st.integers(0, span * 1000)) / 1000


@st.composite
def events(draw: st.DrawFn, number: int) -> Row:
    kind = draw(st.sampled_from(["price", "price", "sale", "sale", "sale", "sale_changed"]))
    at, amount = draw(moments()), draw(amounts)
    # ids run against the numbers now and then: ties are told apart by text, not by arrival
    fields: dict[str, Any] = {"event_id": f"{draw(st.integers(0, 9))}-{number:03}", "product_id": draw(st.sampled_from("xxy"))}
    if kind == "price":
        names = ("platform_discount", "seller_voucher", "platform_voucher", "list_price", "stock", "unit_cost")
        fields |= {n: draw(maybe_money) for n in names}
        fields |= {"offered": draw(st.sampled_from([None, None, True, False])), "cost_source": draw(st.sampled_from([None, "invoice"]))}
        if draw(st.booleans()):
            # an announced end may also lie in the past
            fields |= {"promotion_id": f"promo-{number}", "promotion_ends_us": us(at + draw(st.integers(-60, 1200)))}
        return price(at, amount, **fields)
    fields |= {f"{n}_total": draw(maybe_money) for n in ("platform_discount", "seller_voucher", "platform_voucher")}
    milli = draw(st.sampled_from([1, 333, 1000, 12_500, 10**9]))
    if kind == "sale":
        return sale(at, amount, milli, **fields, unit_cost=draw(maybe_money), list_price=draw(maybe_money), stock=draw(maybe_money))
    late = draw(st.sampled_from([0, 4, 30, 300, 1799, 1800, 1860, 1861, 2400]))
    taken = draw(st.sampled_from(["cancelled", "returned", "refunded", "paid"]))
    return change(at + late, at, amount, milli, **fields, status=taken)


@st.composite
def evenings(draw: st.DrawFn, most: int = 14) -> list[Row]:
    rows = [draw(events(n)) for n in range(draw(st.integers(1, most)))]
    if draw(st.booleans()):
        rows.append(started(draw(moments(600))))
    for n in range(draw(st.sampled_from([0, 0, 1, 2]))):
        rows.append(ended(draw(moments()), f"end-{n}"))
    if draw(st.booleans()):
        rows.append(row("session_status", draw(moments()), "viewers", seller_id=None, product_id=None, category_id=None, viewers=7))
    return draw(st.permutations(rows))


cuts = st.lists(st.integers(0, LAST_PANE - 1), max_size=4)
