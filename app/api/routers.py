"""Which resources are served? Every router, in the order of the documentation."""

from __future__ import annotations

from fastapi import FastAPI

from app.api import (
    case_commands,
    cases,
    cost_papers,
    costs,
    delivery,
    events,
    findings,
    health,
    keys,
    model,
    model_commands,
    problem_pages,
    products,
    proposals,
    receipts,
    referrals,
    rejections,
    sellers,
    sessions,
    spot_checks,
    verdicts,
)


def include_all(app: FastAPI) -> None:
    """Mount every router."""
    for module in (
        events,
        receipts,
        rejections,
        sessions,
        findings,
        verdicts,
        spot_checks,
        cases,
        case_commands,
        proposals,
        referrals,
        delivery,
    ):
        app.include_router(module.router)
    for module in (sellers, products, cost_papers, costs, keys, model, model_commands, problem_pages, health):
        app.include_router(module.router)
