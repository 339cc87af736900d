"""What would a candidate model say of the same finals? Its running maximum and p beside the serving model's; nothing is judged by it.

A running maximum belongs to the model that made it: the carry names both models (`scored_by`, `shadow_by`), and the maximum of a pair
that is live while another model takes over begins anew. The later maximum is then one over a part of the session, so p is on the safe
side. Nothing of a candidate enters the canonical text of a final.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from app.detection.calibration import judge_novelty
from app.detection.score import score
from app.detection.strata import stratum
from app.windows import running
from app.worker.context import Context

OF_MODEL: Final = ("max_score", "max_novelty", "max_loss")
OF_SHADOW: Final = ("max_shadow",)
SAID: Final = ("running_shadow", "shadow_p")


def own_maxima(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """The frame with its carried maxima, each only if the model that is asked now made it; and by whom they go on."""
    serving, candidate = (None if model is None else model.model_id for model in (context.model, context.shadow))
    kept = [_of(c, "scored_by", serving) for c in OF_MODEL] + [_of(c, "shadow_by", candidate) for c in OF_SHADOW]
    now = (pl.lit(serving, pl.String).alias("scored_by"), pl.lit(candidate, pl.String).alias("shadow_by"))
    return frame.with_columns(kept).with_columns(now)


def shadowed(frame: pl.DataFrame, context: Context, *, natural: bool) -> pl.DataFrame:
    """frame + running_shadow, shadow_p; null without a candidate.

    A pair that runs over 03:00 is looked up in the stratum of each half: for a comparison that is near enough.
    """
    if context.shadow is None:
        return frame.with_columns(pl.lit(None, pl.Float64).alias(c) for c in SAID)
    said = score(frame, context.shadow.scorer).get_column("anomaly_score") if natural else frame.get_column("max_shadow")
    tested = pl.when(~pl.col("unit_over")).then(said) if natural else said  # as the line tests the serving model
    frame = running.highest_so_far(frame.with_columns(tested.alias("__shadow")), "__shadow", "max_shadow", "running_shadow").drop(
        "__shadow"
    )
    asked = frame.select("platform", pl.col("running_shadow").alias("running_max"), stratum(context.shadow.scorer.bands))
    told = judge_novelty(asked, context.shadow.calibration, context.snapshot.alpha_open)
    return frame.with_columns(told.get_column("p_value").alias("shadow_p"))


def _of(carried: str, made_by: str, model_id: str | None) -> pl.Expr:
    # carried before models were named: of the model that served all along
    same = pl.col(made_by).eq_missing(pl.lit(model_id, pl.String)) | pl.col(made_by).is_null()
    return pl.when(same).then(carried).alias(carried)
