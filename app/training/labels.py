"""What may training read of the truth? `truth.csv` for measuring, `resolved.csv` for units that known costs take out of calibration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

IDS = ("platform", "session_id", "seller_id", "product_id")


def write_labels(folder: Path, truth: Iterable[Mapping[str, Any]], costs: pl.DataFrame) -> tuple[Path, Path]:
    """Both tables. Resolved: pairs sold under an accepted cost paper (T1), never pairs that merely look odd."""
    rows = list(truth)
    papers = set(costs.filter(tier="T1").select("seller_id", "product_id").iter_rows())
    schema = dict.fromkeys(IDS, pl.String())
    labels = pl.DataFrame(
        [{**{c: r[c] for c in IDS}, "loss": bool(r["below_cost"])} for r in rows], schema={**schema, "loss": pl.Boolean()}
    )
    known = [r for r in rows if r["below_cost"] and (r["seller_id"], r["product_id"]) in papers]
    resolved = pl.DataFrame([{**{c: r[c] for c in IDS}, "reason": "known_cost"} for r in known], schema={**schema, "reason": pl.String()})
    labels.write_csv(folder / "truth.csv")
    resolved.write_csv(folder / "resolved.csv")
    return folder / "truth.csv", folder / "resolved.csv"
