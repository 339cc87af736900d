"""Which sealed units were scored by the serving model and by a candidate? Maxima and p of both, one row a unit."""

from __future__ import annotations

from typing import Final

import polars as pl
from sqlalchemy import Connection, select

from app.domain.events import PAIR
from app.store import sealed_units, tables

_JUDGEMENT: Final = tables.judgement
SHADOW_SCHEMA: Final[dict[str, pl.DataType]] = {
    **dict.fromkeys(PAIR, pl.String()),
    "shadow_score": pl.Float64(),
    "shadow_p": pl.Float64(),
}


def of_days(connection: Connection, platform: str, model_id: str, candidate: str, first_day: int, last_day: int) -> pl.DataFrame:
    """PAIR, maximum, p_value, shadow_score, shadow_p of the units that both models scored, sealed from `first_day` to `last_day`."""
    t = _JUDGEMENT
    where = (t.c.platform == platform, t.c.unit_day.between(first_day, last_day), t.c.shadow_model_id == candidate)
    rows = [tuple(r) for r in connection.execute(select(*(t.c[c] for c in SHADOW_SCHEMA)).where(*where))]
    shadow = pl.DataFrame(rows, schema=SHADOW_SCHEMA, orient="row")
    sealed = sealed_units.load(connection, platform, first_day, last_day).filter(pl.col("model_id") == model_id)
    return sealed.select(*PAIR, "maximum", "p_value").join(shadow, on=PAIR, how="inner")
