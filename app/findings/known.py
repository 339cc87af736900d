"""Who is the seller and what is the product, as the snapshot knows them? Look-ups made once per snapshot (A3, A4, E3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from app.domain.snapshot import Snapshot

Row = Mapping[str, Any]
NOBODY: Row = {}


class Known:
    """Dictionaries over the small reference tables of one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Index sellers by (platform, seller) and shelf lives by product, else by category."""
        self._sellers = {(r["platform"], r["seller_id"]): r for r in snapshot.sellers.iter_rows(named=True)}
        shelf = snapshot.catalogue.filter(pl.col("shelf_life_days").is_not_null())
        self._products = {(r["platform"], r["product_id"]): r for r in shelf.iter_rows(named=True) if r["product_id"] is not None}
        self._categories = {(r["platform"], r["category_id"]): r for r in shelf.iter_rows(named=True) if r["product_id"] is None}

    def seller(self, platform: str, seller_id: str) -> Row:
        """The seller's row, or an empty one: nothing established."""
        return self._sellers.get((platform, seller_id), NOBODY)

    def goods(self, platform: str, product_id: str, category_id: str | None) -> Row:
        """The row that states the shelf life, of the product first, else of its category."""
        return self._products.get((platform, product_id)) or self._categories.get((platform, category_id)) or NOBODY
