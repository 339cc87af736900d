"""How do many documented costs come in at once? A list entered by one person, accepted by another in one configuration (B3)."""

from __future__ import annotations

from typing import Annotated, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.api.auth import Caller
from app.api.commands import recorded
from app.api.configure import announce
from app.api.costs import CostEntered, CostIn, paper_of
from app.api.problems import Problem
from app.api.scope import AcceptorCaller, EditorCaller, visible
from app.api.services import Services, ServicesDep
from app.store import costs
from app.store.engine import write

router: Final = APIRouter(prefix="/v1/costs", tags=["reference data"])
MOST: Final = 5_000


class CostPapersIn(BaseModel):
    """Documented costs (T1), all of them or none."""

    model_config = ConfigDict(extra="forbid")
    papers: Annotated[list[CostIn], Field(min_length=1, max_length=MOST)]

    @model_validator(mode="after")
    def _documented(self) -> CostPapersIn:
        if any(paper.tier != "T1" for paper in self.papers):
            raise ValueError("a list holds documented costs (T1) only: benchmarks are published one by one")
        return self


class CostPapersEntered(BaseModel):
    """Papers that wait for their second person, in the order of the list."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"paper_ids": ["paper_0123"]}]})
    paper_ids: list[str]


class Acceptance(BaseModel):
    """Papers to be accepted together."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"paper_ids": ["paper_0123"]}]})
    paper_ids: Annotated[list[str], Field(min_length=1, max_length=MOST)]


@router.put("/papers", summary="Enter many documented costs (T1)")
async def put_cost_papers(new: CostPapersIn, caller: EditorCaller, services: ServicesDep) -> CostPapersEntered:
    """They count only after another person accepted them."""
    for platform in {paper.platform for paper in new.papers}:
        visible(caller, platform)
    return CostPapersEntered(paper_ids=await run_sync(_enter, services, caller, new))


@router.post("/acceptance", summary="Accept many documented costs; another person than the one who entered them")
async def accept_cost_papers(new: Acceptance, caller: AcceptorCaller, services: ServicesDep) -> CostEntered:
    """Publishes one new configuration with all of them, or nothing. Papers that the caller has accepted before are passed over."""
    return await run_sync(_accept, services, caller, new.paper_ids)


def _enter(services: Services, caller: Caller, new: CostPapersIn) -> list[str]:
    now_us = services.clock()
    with write(services.engine) as connection:
        ids = [costs.enter(connection, paper_of(paper), entered_by=caller.key_id, now_us=now_us) for paper in new.papers]
        documents = sorted({str(paper.document_sha256) for paper in new.papers})
        recorded(services, caller.key_id, "costs.entered", {"paper_ids": ids, "documents_sha256": documents})
    return ids


def _accept(services: Services, caller: Caller, paper_ids: list[str]) -> CostEntered:
    try:
        with write(services.engine) as connection:
            waiting = [i for i in dict.fromkeys(paper_ids) if _waits(caller, costs.get(connection, i), i)]
            if waiting:
                costs.accept_all(connection, waiting, accepted_by=caller.key_id, now_us=services.clock())
                recorded(services, caller.key_id, "costs.accepted", {"paper_ids": waiting})
    except costs.SamePerson:
        raise Problem("conflict", "Whoever entered a paper cannot accept it: another person must.") from None
    except costs.AlreadyAccepted as error:
        raise Problem("conflict", f"{error}.") from None
    return CostEntered(status="in_force", config_version=announce(services))


def _waits(caller: Caller, kept: costs.KeptPaper | None, paper_id: str) -> bool:
    if kept is None or (not caller.sees_all and kept.paper.platform not in caller.platforms):
        raise Problem("not-found", f"There is no paper {paper_id} among the platforms of this key.")
    return kept.accepted_by != caller.key_id
