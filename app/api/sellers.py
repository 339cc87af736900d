"""How large is a seller, and who controls it? Entered by analysts with source and date (SEMANTICS A4)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Literal

import polars as pl
from anyio.to_thread import run_sync
from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.api.auth import Caller
from app.api.commands import recorded
from app.api.configure import announce, put_rows
from app.api.scope import EditorCaller, named
from app.api.services import Services, ServicesDep
from app.domain.snapshot import SELLERS_SCHEMA, Snapshot
from app.store import snapshots
from app.store.engine import write
from app.store.snapshots import Changes

router: Final = APIRouter(prefix="/v1/sellers", tags=["reference data"])
SizeClass = Literal["micro", "small", "medium", "large"]
SellerName = Annotated[str, Path(description="{platform}:{seller_id}", examples=["tiktok:toko-1"])]


class SellerIn(BaseModel):
    """What is known of a seller; it replaces what was known before."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "size_class": "large",
                    "size_status": "known",
                    "size_source": "OSS 2026-10",
                    "size_dated": "2026-10-01",
                    "role": "reseller",
                }
            ]
        },
    )
    size_class: SizeClass | None = None
    size_status: Literal["known", "declared", "unknown"] = "unknown"
    size_source: str | None = Field(None, max_length=300)
    size_dated: date | None = None
    owner_group: str | None = Field(None, max_length=200, description="Null: the owner is not established.")
    owner_size_class: SizeClass | None = Field(None, description="Size of the controlling owner.")
    role: Literal["producer", "distributor", "reseller"] | None = None
    province: str | None = Field(None, max_length=100)

    @model_validator(mode="after")
    def _proven(self) -> SellerIn:
        if self.size_status != "unknown" and self.size_class is None:
            raise ValueError("a size that is known or declared names its size_class")
        if self.size_status == "known" and not (self.size_source and self.size_dated):
            raise ValueError("a known size names its size_source and size_dated")
        return self


class Configured(BaseModel):
    """The configuration that now holds; panes that close after its record are judged by it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"config_version": 7}]})
    config_version: int


@router.put("/{name:path}", summary="Enter size, role and owner of a seller")
async def put_seller(name: SellerName, seller: SellerIn, caller: EditorCaller, services: ServicesDep) -> Configured:
    """Publishes a new configuration."""
    platform, seller_id = named(name, caller)
    return Configured(config_version=await run_sync(_publish, services, caller, platform, seller_id, seller))


def _publish(services: Services, caller: Caller, platform: str, seller_id: str, seller: SellerIn) -> int:
    said: dict[str, Any] = seller.model_dump(mode="json")
    row = pl.DataFrame([{"platform": platform, "seller_id": seller_id, **said}], schema=SELLERS_SCHEMA)

    def edit(before: Snapshot) -> Changes:
        return {"sellers": put_rows(before.sellers, row, ("platform", "seller_id"))}

    with write(services.engine) as connection:
        snapshots.amend(connection, caller.key_id, f"seller {platform}:{seller_id}", edit)
        recorded(services, caller.key_id, "seller.put", {"seller": f"{platform}:{seller_id}", **said})
    return announce(services)
