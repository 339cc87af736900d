"""Which resources are served? Every router, in the order of the documentation."""

from __future__ import annotations

from fastapi import FastAPI

from app.api import events, health, keys, problem_pages, receipts, rejections


def include_all(app: FastAPI) -> None:
    """Mount every router."""
    for module in (events, receipts, rejections, keys, problem_pages, health):
        app.include_router(module.router)
