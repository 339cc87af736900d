"""What does the law need to know about a pair? Facts from a final's figures, the pair's spell and the snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.domain.calibrated import NOT_ENOUGH
from app.findings.known import Known
from app.findings.spells import AT_BELOW, Spell
from app.law.facts import Facts

SAME: Final = (
    "platform", "session_id", "seller_id", "product_id", "key", "end_us", "category_id", "cost_tier", "cost_lo", "cost_hi", "cost_source",
    "cum_units", "cum_value_s", "rivals", "rivals_median_pb", "reference", "own_median_ps", "force_ps", "fair_price_7d",
    "below_units_7d", "units_7d", "sale_days_7d", "below_days_28d", "seller_units_28d", "mean_daily_units", "stock_first",
)  # fmt: skip
SELLER: Final = ("size_class", "size_source", "size_dated", "owner_group", "owner_size_class")


def facts_of(final: Mapping[str, Any], spell: Spell, known: Known, alpha_open: float) -> Facts:
    """Facts of one pair at one final; `spell` has already been fed that final."""
    seller = known.seller(final["platform"], final["seller_id"])
    goods = known.goods(final["platform"], final["product_id"], final["category_id"])
    told = spell.at_below or final
    lowest: Sequence[int | None] = spell.lowest or (None, None)
    cheapest: Sequence[int | None] = spell.cheapest or (None, None, None, None)
    same: dict[str, Any] = {c: final[c] for c in SAME} | {c: seller.get(c) for c in SELLER}
    return Facts(
        **same,
        size_status=seller.get("size_status") or "unknown",
        shelf_life_days=goods.get("shelf_life_days"),
        shelf_life_source=goods.get("shelf_life_source"),
        currency=final["currency"] or "",
        level=spell.level,
        legal_level=spell.legal,
        legal_now=final["legal_now"] or 0,
        aligned_l2=spell.reached(2),
        aligned_l3=spell.reached(3),
        aligned_l4=spell.reached(4),
        l2_days=1 if spell.legal >= 2 else 0,
        l2_sessions=1 if spell.legal >= 2 else 0,
        calibration=final["calibration"] or NOT_ENOUGH,
        p_value=spell.p_value,
        alpha_open=alpha_open,
        below_units_session=int(final["below_units"]),
        below_value_session=int(final["below_value"]),
        below_minutes_session=spell.below_minutes,
        first_below_us=spell.first_below_us,
        last_below_us=spell.last_below_us,
        lowest_value_s=lowest[0],
        lowest_units=lowest[1],
        cheapest_value_b=cheapest[0],
        cheapest_units_b=cheapest[1],
        cheapest_value_s=cheapest[2],
        cheapest_units=cheapest[3],
        last_force_ps=spell.last_force_ps,
        fresh_units=spell.fresh_units,
        funding_known=not spell.unfunded,
        **{c: told[c] for c in AT_BELOW if c != "fair_before"},
        fair_price_session=told["fair_before"],
        stock_last=final["stock"],
    )
