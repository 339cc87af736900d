"""What does a problem type mean? Each `type` of a problem resolves here."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter

from app.api.problems import KINDS, Kind, Problem

router: Final = APIRouter(prefix="/problems", tags=["problems"])


def _page(kind: Kind) -> dict[str, Any]:
    return {"type": f"/problems/{kind.slug}", "status": kind.status, "title": kind.title, "advice": kind.advice}


@router.get("", summary="Every problem type")
async def list_problem_types() -> dict[str, list[dict[str, Any]]]:
    """All of them."""
    return {"items": [_page(kind) for kind in KINDS.values()]}


@router.get("/{slug}", summary="One problem type")
async def read_problem_type(slug: str) -> dict[str, Any]:
    """What it means and what to do about it."""
    if slug not in KINDS:
        raise Problem("not-found", "There is no such problem type.")
    return _page(KINDS[slug])
