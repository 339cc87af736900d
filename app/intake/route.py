"""Which partition keeps which row? By the key; context and heartbeats are copied to the others (D1, C4)."""

from __future__ import annotations

from typing import Final

import polars as pl

from app.domain.events import CONTEXT_TYPES, PAIR_TYPES, key_expr
from app.domain.identity import partition_of, session_key

HEARTBEAT: Final = "heartbeat"


def route(rows: pl.DataFrame, partitions: int) -> dict[int, pl.DataFrame]:
    """Rows of ROW_SCHEMA by partition, each in the order they came in. A copy has `copy` true and is never counted."""
    if not rows.height:
        return {}
    if partitions == 1:
        return {0: rows}
    numbered = rows.with_columns(pl.row_index("order"), _owner(rows, partitions))
    pairs = numbered.filter(pl.col("type").is_in(PAIR_TYPES))
    everywhere = numbered.filter(~pl.col("type").is_in(PAIR_TYPES))
    routed: dict[int, pl.DataFrame] = {}
    for partition in range(partitions):
        own = pairs.filter(pl.col("owner") == partition)
        copied = everywhere.with_columns((pl.col("owner") != partition).alias("copy"))
        part = pl.concat([own, copied]).sort("order").drop("order", "owner")
        if part.height:
            routed[partition] = part
    return routed


def _owner(rows: pl.DataFrame, partitions: int) -> pl.Series:
    session = pl.when(pl.col("type").is_in(CONTEXT_TYPES)).then("session_id").otherwise(pl.lit(HEARTBEAT))
    prefix = session_key("", "").removeprefix(":")
    owner_key = (
        pl.when(pl.col("type").is_in(PAIR_TYPES)).then(key_expr()).otherwise(pl.concat_str("platform", pl.lit(f":{prefix}"), session))
    )
    keys = rows.select(owner_key.alias("owner"))["owner"]
    distinct = keys.unique()
    owners = [partition_of(key, partitions) for key in distinct]
    return keys.replace_strict(distinct, owners, return_dtype=pl.Int64)
