"""Which resources are served? Every router, in the order of the documentation."""

from __future__ import annotations

from fastapi import FastAPI

from app.api import costs, events, findings, health, keys, problem_pages, products, receipts, rejections, sellers, sessions


def include_all(app: FastAPI) -> None:
    """Mount every router."""
    for module in (events, receipts, rejections, sessions, findings, sellers, products, costs, keys, problem_pages, health):
        app.include_router(module.router)
