"""Is it alive, is it ready, how is it doing? Liveness never asks the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Response
from sqlalchemy import text

from app.api.gauges import feed
from app.api.problems import Problem
from app.api.services import Services, ServicesDep

router: Final = APIRouter(tags=["health"])


@router.get("/livez", summary="The process answers")
async def livez() -> dict[str, str]:
    """Always 200 while the event loop turns."""
    return {"status": "alive"}


@router.get("/readyz", summary="Log, store and workers are well")
async def readyz(services: ServicesDep) -> dict[str, Any]:
    """200 with every check, or 503 naming what is missing."""
    checks = await run_sync(_run_checks, services)
    if any(answer != "ok" for answer in checks.values()):
        raise Problem("not-ready", "At least one part is not ready.", checks=checks)
    return {"status": "ready", "checks": checks}


@router.get("/metrics", summary="Prometheus exposition", response_class=Response)
async def metrics(services: ServicesDep) -> Response:
    """Counters and histograms of this process, gauges of the log and the store as they stand."""
    await run_sync(feed, services)
    body, media_type = services.metrics.render()
    return Response(body, media_type=media_type)


def _run_checks(services: Services) -> dict[str, str]:
    own: dict[str, Callable[[], str | None]] = {"log": lambda: _log_answers(services), "store": lambda: _store_answers(services)}
    return {name: _outcome(check) for name, check in {**own, **services.checks}.items()}


def _outcome(check: Callable[[], str | None]) -> str:
    try:
        return check() or "ok"
    except Exception as error:  # a check that fails in any way is a part that is not ready
        return f"failed: {type(error).__name__}"


def _log_answers(services: Services) -> None:
    services.log.bounds(0)


def _store_answers(services: Services) -> None:
    with services.engine.connect() as connection:
        connection.execute(text("SELECT 1"))
