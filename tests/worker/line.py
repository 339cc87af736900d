"""The line in a test's hand: a snapshot with one documented cost, a small model, panes closed in any cut, what they say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import polars as pl

from app.detection.calibration import Calibration, Stratum
from app.detection.model import Model
from app.domain.days import SEALED_DAY_SCHEMA, empty_days
from app.domain.events import PAIR
from app.domain.snapshot import CATALOGUE_SCHEMA, COSTS_SCHEMA, SELLERS_SCHEMA, Snapshot, empty_snapshot
from app.findings.known import Known
from app.findings.rulebook import read_rule_book
from app.training.dataset import by_time
from app.training.train import learn
from app.windows.carry import Carry, empty_carry, forget
from app.worker import carrying
from app.worker.closing import close_panes
from app.worker.context import Context
from app.worker.firing import Told
from tests.detection.synthetic import evenings
from tests.windows.rows import PANE, Row, frame

BOOK = read_rule_book()
COST = 53_000
LARGE = {"platform": "p", "seller_id": "a", "size_class": "large", "size_status": "known", "size_source": "OSS", "size_dated": "2026-01-31"}
SAID = (
    *PAIR, "pane", "end_us", "text", "digest", "finals", "level", "legal_level", "legal_now", "legal_aligned", "severity", "in_spell",
    "natural",
    "stratum", "calibration_level",
    "p_value", "running_max", "running_novelty", "anomaly_score", "calibration", "below_units", "below_value", "fair_before", "fair_after",
    "cum_units", "cum_value_s", "w1_units", "w1_value_s", "w5_units", "w5_value_s", "w30_units", "w30_value_s",
)  # fmt: skip
"""Columns of a final that must not depend on how the panes were cut; the others hold what was carried in."""


def table(schema: dict[str, pl.DataType], *rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([dict.fromkeys(schema) | r for r in rows], schema=schema)


def cost(tier: str = "T1", lo: int = COST, hi: int | None = None, **fields: Any) -> dict[str, Any]:
    usual = {"platform": "p", "seller_id": "a", "product_id": "x", "currency": "IDR", "tier": tier, "cost_lo": lo, "cost_hi": hi or lo}
    return usual | {"source": "sha256:ab"} | fields


def snapshot(
    costs: Sequence[dict[str, Any]] = (), sellers: Sequence[dict[str, Any]] = (), goods: Sequence[dict[str, Any]] = (), **fields: Any
) -> Snapshot:
    return replace(
        empty_snapshot(),
        costs=table(COSTS_SCHEMA, *(costs or [cost()])),
        sellers=table(SELLERS_SCHEMA, *(sellers or [LARGE])),
        catalogue=table(CATALOGUE_SCHEMA, *goods),
        **fields,
    )


def context(of: Snapshot | None = None, model: Model | None = None, days: Sequence[dict[str, Any]] = ()) -> Context:
    """`days`: rows of SEALED_DAY_SCHEMA, whatever is asked for."""
    sealed = table(SEALED_DAY_SCHEMA, *days) if days else empty_days()

    def days_of(platform: str, first: int, last: int) -> pl.DataFrame:
        return sealed.filter((pl.col("platform") == platform) & pl.col("day").is_between(first, last))

    return Context(of or snapshot(), model, BOOK, days_of, "test")


@cache
def tiny_model(maxima: tuple[float, ...] = tuple(i / 1000 for i in range(1200))) -> Model:
    """A real forest of made-up evenings; calibrated for rupiah on ordinary days with maxima 0 ... 1.2 unless told otherwise."""
    scorer = learn(by_time(evenings(60, seed=11)[0], 0.5)[0], seed=5)
    stratum = Stratum(np.array(sorted(maxima)), sessions=1200, effective=float(max(1200, len(maxima))))
    return Model("m_tiny", scorer, Calibration({"IDR|ordinary": stratum}, scorer.bands, pl.DataFrame()))


@dataclass
class Closings:
    """What closing an evening's panes said, whole."""

    finals: pl.DataFrame  # SAID
    told: list[Told]
    carry: Carry
    day_parts: pl.DataFrame

    def at(self, pane: int, product: str = "x") -> dict[str, Any]:
        """The final of a pair at a pane after the beginning."""
        return self.finals.row(by_predicate=(pl.col("pane") == PANE + pane) & (pl.col("product_id") == product), named=True)

    def panes(self, product: str = "x", where: pl.Expr | bool = True) -> list[int]:
        mine = self.finals.filter(pl.col("product_id") == product).filter(pl.lit(where) if isinstance(where, bool) else where)
        return [p - PANE for p in mine["pane"]]

    def versions(self) -> list[Told]:
        return [t for t in self.told if t.emit]


def close(
    rows: Sequence[Row], last: int, cuts: Sequence[int] = (), by: Context | None = None, hook: Callable[[int], Context] | None = None
) -> Closings:
    """Close panes 0..last in chunks that end at `cuts`, as the worker does. `hook`: the context of the chunk that ends at a pane."""
    framed, carried, first = frame(rows), empty_carry(), PANE
    judged_by = by or context()
    finals, told, parts = [], [], []
    for end in [*(PANE + c for c in sorted(set(cuts)) if c < last), PANE + last]:
        now = hook(end - PANE) if hook else judged_by
        chunk = framed.filter(pl.col("pane").is_between(first, end))
        closed = close_panes(chunk, carried, "p", first, end, now, Known(now.snapshot))
        finals.append(closed.finals.select(SAID))
        told += closed.told
        parts.append(closed.day_parts)
        carried, first = forget(carrying.merged(carried, closed.news), end), end + 1
    return Closings(pl.concat(finals).sort(*PAIR, "pane"), told, carried, pl.concat(parts))
