"""What is the truth of each pair of the evening? Its true cost, whether it was sold under it, and which answers are right."""

from __future__ import annotations

from app.training.evening.roles import ORDINARY
from app.training.evening.sessions import Session
from app.training.evening.wire import PLATFORM, Event, Posted
from app.training.truth import Ledger, judge, ledgers


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
            role = slot.part.role if slot.part else ORDINARY
            verdict = judge(found.get(pair, Ledger()), slot.product.cost)
            depth = slot.part.depth if slot.part else 0.0
            twin = twins.get(depth) if role.kind == "flash_sale" else None
            if role.planted:
                twins.setdefault(depth, f"{session.session_id}/{pair[2]}")
            rows.append(
                {
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
            )
    return rows
