"""What is a product? Category, matched products and shelf life, from a catalogue that analysts own (SEMANTICS A3, E3)."""

from __future__ import annotations

from typing import Any, Final

import polars as pl
from anyio.to_thread import run_sync
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.api.auth import Caller
from app.api.commands import recorded
from app.api.configure import announce, put_rows
from app.api.scope import EditorCaller, visible
from app.api.sellers import Configured
from app.api.services import Services, ServicesDep
from app.domain.snapshot import CATALOGUE_SCHEMA, Snapshot
from app.store import snapshots
from app.store.engine import write
from app.store.snapshots import Changes

router: Final = APIRouter(prefix="/v1/products", tags=["reference data"])
_SLOT: Final = "slot"


class ProductIn(BaseModel):
    """A product, or without `product_id` a whole category (shelf life only)."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"product_id": "p-9", "category_id": "kids-tshirt", "name": "Kaos anak", "match_group": "g-1", "match_score": 0.96}
            ]
        },
    )
    product_id: str | None = Field(None, min_length=1, max_length=200)
    category_id: str | None = Field(None, min_length=1, max_length=200)
    match_group: str | None = Field(None, max_length=200, description="Products of one group are the same thing, unit and condition.")
    match_score: float | None = Field(None, ge=0, le=1, description="From 0.9 on a legal rule compares them.")
    shelf_life_days: int | None = Field(None, ge=0, le=36_500)
    shelf_life_source: str | None = Field(None, max_length=300)
    name: str | None = Field(None, max_length=300)

    @model_validator(mode="after")
    def _sourced(self) -> ProductIn:
        if self.product_id is None and self.category_id is None:
            raise ValueError("a row names a product or a category")
        if self.product_id is None and self.match_group is not None:
            raise ValueError("a category has no match_group: only products match")
        if self.shelf_life_days is not None and not self.shelf_life_source:
            raise ValueError("a shelf life names its source")
        return self


class ProductsIn(BaseModel):
    """Rows that replace those of the same product (or category); the others stay."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "platform": "tiktok",
                    "products": [{"category_id": "leaf-greens", "shelf_life_days": 3, "shelf_life_source": "Bapanas 2025"}],
                }
            ]
        },
    )
    platform: str = Field(min_length=1, max_length=80)
    products: list[ProductIn] = Field(min_length=1, max_length=50_000)

    @model_validator(mode="after")
    def _once(self) -> ProductsIn:
        seen = [(p.product_id, None if p.product_id else p.category_id) for p in self.products]
        if len(set(seen)) < len(seen):
            raise ValueError("a product or category stands in the list twice")
        return self


@router.put("", summary="Enter products: category, match group, shelf life with source")
async def put_products(products: ProductsIn, caller: EditorCaller, services: ServicesDep) -> Configured:
    """Publishes a new configuration."""
    visible(caller, products.platform)
    return Configured(config_version=await run_sync(_publish, services, caller, products))


def _publish(services: Services, caller: Caller, products: ProductsIn) -> int:
    rows: list[dict[str, Any]] = [{"platform": products.platform, **p.model_dump()} for p in products.products]
    frame = pl.DataFrame(rows, schema=CATALOGUE_SCHEMA)

    def edit(before: Snapshot) -> Changes:
        merged = put_rows(_slotted(before.catalogue), _slotted(frame), ("platform", "product_id", _SLOT))
        return {"catalogue": merged.drop(_SLOT)}

    with write(services.engine) as connection:
        snapshots.amend(connection, caller.key_id, f"{len(rows)} products of {products.platform}", edit)
        recorded(services, caller.key_id, "products.put", {"platform": products.platform, "rows": len(rows)})
    return announce(services)


def _slotted(catalogue: pl.DataFrame) -> pl.DataFrame:
    # a product has one row whatever its category; a row without product is named by its category
    return catalogue.with_columns(pl.when(pl.col("product_id").is_null()).then(pl.col("category_id")).alias(_SLOT))
