"""What does it look like before the pane closes? One replaceable row per touched pair, at most L3 (SEMANTICS E4)."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from app.domain.events import PAIR, PAIR_TYPES
from app.domain.levels import Level, Severity
from app.domain.time import iso, pane_end_us
from app.findings.body import final_texts
from app.windows.baselines import Baselines
from app.windows.figures import closing
from app.worker.closing import inputs
from app.worker.context import Context
from app.worker.line import judged
from app.worker.platform_state import PlatformState

UNSAID: Final = {"p_value": pl.Float64(), "running_max": pl.Float64(), "below_units": pl.Int64(), "calibration": pl.String()}
"""What only a final says."""


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
    frame = _early(judged(where, panes, capped, platform), sealed_through)  # type: ignore[arg-type]
    texts = final_texts(frame, inputs(context))
    told = [_told(text, pane, pos) for text, pane in zip(texts, frame["pane"], strict=True)]
    said = pl.Series("provisional", told, pl.String), pl.lit(pos).alias("provisional_pos")
    return frame.select(*PAIR, pl.lit(partition).alias("partition"), "category_id", *said).to_dicts()


class _Capped:
    """The context with history cut at the last sealed day: an open pane may lie beyond the gate."""

    def __init__(self, context: Context, sealed_through: int) -> None:
        self._context, self._sealed = context, sealed_through

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def history(self, platform: str, day: int) -> Baselines:
        """Baselines as of the last sealed day at most."""
        return self._context.history(platform, min(day, self._sealed))


def _early(frame: pl.DataFrame, sealed_through: int) -> pl.DataFrame:
    """Level at most L3 and the bare word of E2 for it: lasting, defences and caps are the final's business."""
    level = pl.min_horizontal(pl.col("legal_now").fill_null(0), pl.lit(int(Level.L3))).cast(pl.Int64)
    word = pl.when(level >= Level.L1).then(int(Severity.LOW)).otherwise(int(Severity.NONE)).cast(pl.Int64)
    return frame.with_columns(
        *[pl.lit(None, kind).alias(column) for column, kind in UNSAID.items()],
        *[level.alias(column) for column in ("level", "legal_level", "legal_now")],
        word.alias("severity"),
        pl.min_horizontal("history_day", pl.lit(sealed_through)).alias("history_day"),
    )


def _told(text: str, pane: int, pos: int) -> str:
    """The body in the shapes of a final (docs/architecture.md 5), marked as early."""
    return f'{{"provisional":true,"as_of":"{iso(pane_end_us(pane))}","log_position":{pos},{text[1:]}'
