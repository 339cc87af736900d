"""Is carried state of the version before read on, with what is carried since as unknown?"""

from __future__ import annotations

import polars as pl

from app.windows.carry import PAIRS_SCHEMA
from app.worker.carrying import fold, to_bytes

SINCE = ("max_loss", "scored_by", "max_shadow", "shadow_by")


def test_a_delta_without_later_columns_is_folded_under_one_that_has_them() -> None:
    row = dict.fromkeys(PAIRS_SCHEMA) | {
        "platform": "p",
        "session_id": "s",
        "seller_id": "a",
        "product_id": "x",
        "key": "k",
        "max_score": 0.5,
    }
    newer = pl.DataFrame([row | {"product_id": "y", "scored_by": "m"}], schema=PAIRS_SCHEMA)
    older = pl.DataFrame([row], schema=PAIRS_SCHEMA).drop(SINCE)
    pairs = fold({"pairs": [to_bytes(older), to_bytes(newer)]}).pairs
    assert dict(pairs.schema) == PAIRS_SCHEMA
    assert pairs.select("product_id", "max_score", "scored_by").rows() == [("x", 0.5, None), ("y", 0.5, "m")]
