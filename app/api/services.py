"""What does a request handler reach? The open adapters, built once by `app.runtime` and hung on `app.state.services`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends, Request
from sqlalchemy import Engine

from app.log.port import EventLog
from app.observe.metrics import Metrics
from app.settings import Settings
from app.store.audit import AuditTrail


@dataclass(frozen=True, slots=True)
class Services:
    """Everything is blocking: call it from a worker thread. `clock` answers UTC microseconds."""

    settings: Settings
    log: EventLog
    engine: Engine
    audit: AuditTrail
    clock: Callable[[], int]
    secret: bytes
    """Signs cursors (`settings.secret()`, read once)."""
    metrics: Metrics = field(default_factory=Metrics, kw_only=True)
    checks: Mapping[str, Callable[[], str | None]] = field(default_factory=dict)
    """More readiness checks, by name: None is well, a sentence is what is missing (detector stopped, model not loaded ...)."""


def services_of(request: Request) -> Services:
    """The services of the application that answers this request."""
    return cast(Services, request.app.state.services)


ServicesDep = Annotated[Services, Depends(services_of)]
