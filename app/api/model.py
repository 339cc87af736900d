"""Which model judges, and how well does it stand? Card, calibration, drift and checks; the folders that could serve instead."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter

from app.api.auth import AdminCaller, ReaderCaller
from app.api.model_view import model_view, models_view
from app.api.scope import visible
from app.api.services import ServicesDep

router: Final = APIRouter(prefix="/v1", tags=["model"])


@router.get("/model", summary="The serving model: card, calibration, drift, checks, candidate")
def get_model(caller: ReaderCaller, services: ServicesDep) -> dict[str, Any]:
    """Per platform of the key: which strata are warm and when the others will be. Statistical indication, not a finding of law."""
    return model_view(services, visible(caller))


@router.get("/models", summary="Every model folder of this service; one that would be refused says why")
def list_models(_caller: AdminCaller, services: ServicesDep) -> dict[str, Any]:
    """By model id; `role` is serving, candidate or null."""
    return models_view(services)
