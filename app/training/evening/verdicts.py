"""What is the truth of each pair of the evening? Its true cost, whether it was sold under it, and which answers are right."""

from __future__ import annotations

from app.training.evening.roles import ORDINARY, Role
from app.training.evening.sessions import Session, Slot
from app.training.evening.wire import PLATFORM, Event, Posted
from app.training.truth import Pair, Verdict, judge, ledgers


def _row(slot: Slot, pair: Pair, role: Role, verdict: Verdict, twin: str | None) -> Event:
    return {
        "platform": PLATFORM,
        "session_id": pair[0],
        "seller_id": pair[1],
        "product_id": pair[2],
        "category_id": slot.product.category.category_id,
        "kind": role.kind,
        "planted": role.planted,
        "below_cost": verdict.below,
        "below_cost_at_sale": verdict.below_at_sale,
        "cost": slot.product.cost,
        "windows": verdict.windows,
        "windows_below": verdict.windows_below,
        "first_below_pane": verdict.first_below_pane,
        "depth": verdict.deepest,
        "twin_of": twin,
        "expected_min_severity": role.least,
        "expected_max_severity": role.most,
        "why": role.why,
    }


def truth_rows(sessions: tuple[Session, ...], posted: list[Posted]) -> list[Event]:
    """One row per pair with events, in session order. `twin_of` names the planted loss that a flash sale is as deep as."""
    found = ledgers(p.event for p in posted)
    rows: list[Event] = []
    twins: dict[float, str] = {}
    for session in sessions:
        for slot in session.slots:
            pair = (session.session_id, slot.product.seller_id, slot.product.product_id)
            if pair not in found:
                continue
            role, depth = (slot.part.role, slot.part.depth) if slot.part else (ORDINARY, 0.0)
            if role.planted:
                twins.setdefault(depth, f"{pair[0]}/{pair[2]}")
            twin = twins.get(depth) if role.kind == "flash_sale" else None
            rows.append(_row(slot, pair, role, judge(found[pair], slot.product.cost), twin))
    return rows
