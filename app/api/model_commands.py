"""Who lets a model serve? Admins: a candidate beside it, promotion, the way back (app.api.model_life)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, TypeVar

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.api import model_life
from app.api.auth import AdminCaller
from app.api.problems import Problem
from app.api.services import ServicesDep
from app.detection.manifest import ModelRefused

router: Final = APIRouter(prefix="/v1/model", tags=["model"])
ModelId = Annotated[str, Field(pattern=r"^m_[0-9a-f]{32}$", examples=["m_9adeb22471ad3b98a61995327f4f837d"])]
T = TypeVar("T")


class Candidate(BaseModel):
    """A model folder of this service; null ends the comparison."""

    model_config = ConfigDict(extra="forbid")
    model_id: ModelId | None


class Promotion(BaseModel):
    """A model folder of this service."""

    model_config = ConfigDict(extra="forbid")
    model_id: ModelId


@router.post("/shadow", summary="Let a candidate score beside the serving model, or none")
def shadow_model(new: Candidate, caller: AdminCaller, services: ServicesDep) -> dict[str, Any]:
    """The configuration that says so. Nothing is judged by a candidate; scoring takes about twice as long while it runs."""
    version = _told(lambda: model_life.run_beside(services, caller.key_id, new.model_id))
    return {"shadow_model_id": new.model_id, "config_version": version}


@router.post("/promotion", summary="Let a model serve; panes that close after its record are judged by it")
def promote_model(new: Promotion, caller: AdminCaller, services: ServicesDep) -> dict[str, Any]:
    """The configuration that says so. Refused unless the folder loads with every hash, feature and library as its manifest says."""
    version = _told(lambda: model_life.promote(services, caller.key_id, new.model_id))
    return {"model_id": new.model_id, "config_version": version}


@router.post("/rollback", summary="Let the model serve that did before this one")
def roll_back_model(caller: AdminCaller, services: ServicesDep) -> dict[str, Any]:
    """The model that serves now, and the configuration that says so."""
    model_id, version = _told(lambda: model_life.roll_back(services, caller.key_id))
    return {"model_id": model_id, "config_version": version}


def _told(command: Callable[[], T]) -> T:
    try:
        return command()
    except (ModelRefused, model_life.NotChanged) as refused:
        raise Problem("conflict", str(refused)) from refused
