"""What does a unit cost? Documents entered by one person and accepted by another, and published benchmarks (SEMANTICS B3)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal

import polars as pl
from anyio.to_thread import run_sync
from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from app.api.auth import Caller
from app.api.commands import recorded
from app.api.configure import announce, put_rows
from app.api.problems import Problem
from app.api.scope import AcceptorCaller, EditorCaller, micros, visible
from app.api.services import Services, ServicesDep
from app.domain.levels import CostTier
from app.domain.snapshot import COSTS_SCHEMA, Snapshot
from app.store import costs, snapshots
from app.store.costs import CostPaper
from app.store.engine import read, write
from app.store.snapshots import Changes

router: Final = APIRouter(prefix="/v1/costs", tags=["reference data"])
MONEY_MOST: Final = 10**12
Amount = Annotated[int, Field(strict=True, ge=0, le=MONEY_MOST, description="In the smallest traded unit of the currency.")]
_SLOT: Final = ("platform", "seller_id", "product_id", "category_id", "currency", "tier", "valid_from_us")


class CostIn(BaseModel):
    """A cost per unit, as an interval, for a period."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "platform": "tiktok",
                    "seller_id": "toko-1",
                    "product_id": "p-9",
                    "currency": "IDR",
                    "tier": "T1",
                    "cost_lo": 53000,
                    "cost_hi": 53000,
                    "valid_from": "2026-11-01T00:00:00+07:00",
                    "document_sha256": "9f" * 32,
                    "note": "invoice 881",
                }
            ]
        },
    )
    platform: str = Field(min_length=1, max_length=80)
    seller_id: str | None = Field(None, min_length=1, max_length=200)
    product_id: str | None = Field(None, min_length=1, max_length=200)
    category_id: str | None = Field(None, min_length=1, max_length=200)
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    tier: Literal["T1", "T2", "T3"]
    cost_lo: Amount
    cost_hi: Amount
    valid_from: AwareDatetime
    valid_to: AwareDatetime | None = Field(None, description="Exclusive; null is open.")
    document_sha256: str | None = Field(None, pattern=r"^[0-9a-f]{64}$", description="Hash of the document; T1 needs it.")
    source: str | None = Field(None, max_length=300, description="Who published the benchmark; T2 and T3 need it.")
    note: str | None = Field(None, max_length=2000)

    @model_validator(mode="after")
    def _sound(self) -> CostIn:
        if self.cost_lo > self.cost_hi:
            raise ValueError("a cost is an interval: cost_lo <= cost_hi")
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError("valid_to is after valid_from")
        if self.tier == "T1" and not (self.document_sha256 and self.seller_id and self.product_id):
            raise ValueError("a documented cost (T1) names document_sha256, seller_id and product_id: for others it is a benchmark (T2)")
        if self.tier != "T1" and not self.source:
            raise ValueError("a benchmark or estimate names its source")
        if self.product_id is None and self.category_id is None:
            raise ValueError("a cost names a product or a category")
        return self


class CostEntered(BaseModel):
    """A document waits for its second person (`paper_id`); a benchmark is in force at once (`config_version`)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "waiting", "paper_id": "paper_0123", "config_version": None}]})
    status: Literal["waiting", "in_force"]
    paper_id: str | None = None
    config_version: int | None = None


@router.put("", summary="Enter a documented cost (T1), or publish a benchmark (T2) or estimate (T3)")
async def put_cost(cost: CostIn, caller: EditorCaller, services: ServicesDep) -> CostEntered:
    """T1 counts only after another person accepted it."""
    visible(caller, cost.platform)
    return await run_sync(_enter if cost.tier == "T1" else _benchmark, services, caller, cost)


@router.post("/{paper_id}/acceptance", summary="Accept a documented cost; another person than the one who entered it")
async def accept_cost(paper_id: str, caller: AcceptorCaller, services: ServicesDep) -> CostEntered:
    """Publishes a new configuration. Repeating it is harmless."""
    return await run_sync(_accept, services, caller, paper_id)


def paper_of(cost: CostIn) -> CostPaper:
    """A documented cost as the store keeps it."""
    said = cost.model_dump(exclude={"tier", "valid_from", "valid_to", "source"})
    return CostPaper(**said, tier=CostTier.T1, valid_from_us=_from(cost.valid_from), valid_to_us=micros(cost.valid_to))


def _enter(services: Services, caller: Caller, cost: CostIn) -> CostEntered:
    paper = paper_of(cost)
    with write(services.engine) as connection:
        paper_id = costs.enter(connection, paper, entered_by=caller.key_id, now_us=services.clock())
        recorded(services, caller.key_id, "cost.entered", {"paper_id": paper_id, "document_sha256": cost.document_sha256})
    return CostEntered(status="waiting", paper_id=paper_id)


def _accept(services: Services, caller: Caller, paper_id: str) -> CostEntered:
    with read(services.engine) as connection:
        kept = costs.get(connection, paper_id)
    if kept is None or (not caller.sees_all and kept.paper.platform not in caller.platforms):
        raise Problem("not-found", f"There is no paper {paper_id} among the platforms of this key.")
    # an acceptance whose announcement was lost is announced by its repetition
    if kept.accepted_by != caller.key_id:
        _accepted(services, caller, paper_id)
    return CostEntered(status="in_force", paper_id=paper_id, config_version=announce(services))


def _accepted(services: Services, caller: Caller, paper_id: str) -> None:
    try:
        with write(services.engine) as connection:
            costs.accept(connection, paper_id, accepted_by=caller.key_id, now_us=services.clock())
            recorded(services, caller.key_id, "cost.accepted", {"paper_id": paper_id})
    except costs.SamePerson:
        raise Problem("conflict", "Whoever entered a paper cannot accept it: another person must.") from None
    except costs.AlreadyAccepted:
        raise Problem("conflict", "The paper was accepted before.") from None


def _benchmark(services: Services, caller: Caller, cost: CostIn) -> CostEntered:
    said: dict[str, Any] = cost.model_dump(exclude={"valid_from", "valid_to", "document_sha256", "note"})
    said |= {"valid_from_us": micros(cost.valid_from), "valid_to_us": micros(cost.valid_to)}
    row = pl.DataFrame([said], schema=COSTS_SCHEMA)

    def edit(before: Snapshot) -> Changes:
        return {"costs": put_rows(before.costs, row, _SLOT)}

    with write(services.engine) as connection:
        snapshots.amend(connection, caller.key_id, f"{cost.tier} cost of {cost.platform}: {cost.source}", edit)
        recorded(services, caller.key_id, "cost.published", {"source": cost.source, **said})
    return CostEntered(status="in_force", config_version=announce(services))


def _from(moment: datetime) -> int:
    return micros(moment) or 0
