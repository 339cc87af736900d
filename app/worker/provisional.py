"""What does it look like before the pane closes? One replaceable row per touched pair, at most L3 (SEMANTICS E4)."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from app.domain.canonical import canonical_bytes
from app.domain.events import PAIR, PAIR_TYPES
from app.domain.levels import Level
from app.domain.time import iso, pane_end_us
from app.windows.baselines import Baselines
from app.windows.figures import closing
from app.worker.context import Context
from app.worker.line import judged
from app.worker.platform_state import PlatformState

FIGURES: Final = (
    "w1_units",
    "w5_units",
    "w30_units",
    "force_price",
    "list_price",
    "currency",
    "cost_tier",
    "cost_lo",
    "cost_hi",
    "reference",
)


def provisional_rows(
    state: PlatformState, platform: str, touched: pl.DataFrame, partition: int, pos: int, sealed_through: int, context: Context
) -> list[dict[str, Any]]:
    """Rows for `judgement` (provisional columns only) of the touched pairs (PAIR) as the open panes stand; at most L3.

    Sale changes apply at once: their pane is not waited for.
    """
    rows = state.open_rows.join(touched, on=PAIR, how="semi", maintain_order="left").filter(pl.col("type").is_in(PAIR_TYPES))
    if rows.is_empty():
        return []
    first = int(rows["pane"].min())  # type: ignore[arg-type]
    last = int(rows["pane"].max())  # type: ignore[arg-type]
    panes = closing(rows, state.carry, first, last)
    where = rows.group_by(PAIR).agg(pl.col("pane").max())
    capped = _Capped(context, sealed_through)
    frame = judged(where, panes, capped, platform)  # type: ignore[arg-type]
    return [_row(r, partition, pos) for r in frame.iter_rows(named=True)]


class _Capped:
    """The context with history cut at the last sealed day: an open pane may lie beyond the gate."""

    def __init__(self, context: Context, sealed_through: int) -> None:
        self._context, self._sealed = context, sealed_through

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def history(self, platform: str, day: int) -> Baselines:
        """Baselines as of the last sealed day at most."""
        return self._context.history(platform, min(day, self._sealed))


def _row(final: dict[str, Any], partition: int, pos: int) -> dict[str, Any]:
    legal = min(int(final["legal_now"] or 0), int(Level.L3))
    units, value = final["w1_units"], final["w1_value_s"]
    body = {
        "provisional": True,
        "pane": final["pane"],
        "as_of": iso(pane_end_us(final["pane"])),
        "log_position": pos,
        "level": legal,
        "legal_now": legal,
        "severity": "NONE",
        "figures": {c: final[c] for c in FIGURES} | {"mean_ps_w1": value / units if units else None},
        "scores": {"anomaly_score": final["anomaly_score"], "novelty_score": final["novelty_score"]},
        "cost": {"tier": final["cost_tier"], "lo": final["cost_lo"], "hi": final["cost_hi"], "source": final["cost_source"]},
    }
    return {
        **{c: final[c] for c in PAIR},
        "partition": partition,
        "category_id": final["category_id"],
        "provisional": canonical_bytes(body).decode(),
        "provisional_pos": pos,
    }
