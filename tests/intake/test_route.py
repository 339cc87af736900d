"""Does every row reach its partition, once counted, and context all of them (D1, C4)?"""

from __future__ import annotations

import polars as pl

from app.domain.events import ROW_SCHEMA
from app.domain.identity import partition_of, session_key
from app.intake.route import route


def frame(*rows: dict[str, object]) -> pl.DataFrame:
    blank = dict.fromkeys(ROW_SCHEMA) | {"platform": "tiktok", "copy": False, "session_id": "s"}
    return pl.DataFrame([{**blank, **row} for row in rows], schema=ROW_SCHEMA)


ROWS = frame(
    {"event_id": "0", "type": "session_started"},
    *({"event_id": str(i), "type": "price", "product_id": f"p{i % 7}", "category_id": [None, "c"][i % 2]} for i in range(1, 30)),
    {"event_id": "30", "type": "heartbeat", "session_id": None},
    {"event_id": "31", "type": "session_ended"},
)


def test_pairs_go_to_their_keys_partition_in_order() -> None:
    parts = route(ROWS, 8)
    for partition, rows in parts.items():
        pairs = rows.filter(pl.col("type") == "price")
        for category, product in pairs.select("category_id", "product_id").rows():
            assert partition_of(f"tiktok:{category or product}", 8) == partition
        order = rows["event_id"].cast(pl.Int64)
        assert order.is_sorted()


def test_context_and_heartbeats_are_everywhere_and_counted_once() -> None:
    parts = route(ROWS, 8)
    assert sorted(parts) == list(range(8))
    for event_id, owner in (
        ("0", session_key("tiktok", "s")),
        ("30", session_key("tiktok", "heartbeat")),
        ("31", session_key("tiktok", "s")),
    ):
        counted = [p for p, rows in parts.items() if not rows.filter(pl.col("event_id") == event_id)["copy"].item()]
        assert counted == [partition_of(owner, 8)]
    assert sum(rows.filter(~pl.col("copy")).height for rows in parts.values()) == ROWS.height


def test_one_partition_and_nothing() -> None:
    assert route(ROWS, 1)[0].equals(ROWS)
    assert route(ROWS.clear(), 8) == {}


def test_the_partition_of_a_key_is_pinned() -> None:
    assert [partition_of("tiktok:kids-tshirt", p) for p in (1, 3, 8)] == [0, 2, 1]
