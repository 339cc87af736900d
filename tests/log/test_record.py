"""Does a log record say what it holds, and is a damaged one noticed?"""

from __future__ import annotations

import hashlib
import io
import json
import struct
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.events import EVENT_SCHEMA_VERSION, ROW_SCHEMA, empty_rows
from app.log.record import CorruptRecord, pack_control, pack_parts, pack_rows, split_rows, unpack


def rows(**columns: list[Any]) -> pl.DataFrame:
    schema = {name: ROW_SCHEMA[name] for name in columns}
    return pl.concat([empty_rows(), pl.DataFrame(columns, schema=schema)], how="diagonal")


def sales(count: int) -> pl.DataFrame:
    numbers = range(count)
    return rows(type=["sale"] * count, event_id=[f"e-{i * 7919}" for i in numbers], occurred_us=[10**15 + i for i in numbers])


def sealed(payload: bytes, **changed: Any) -> bytes:
    header = {
        "format": 1, "schema": EVENT_SCHEMA_VERSION, "kind": "rows", "edge": "e", "rows": 1, "min_us": None, "max_us": None,
        "sha256": hashlib.sha256(payload).hexdigest(),
    } | changed  # fmt: skip
    text = json.dumps(header).encode()
    return b"KWL1" + struct.pack(">I", len(text)) + text + payload


def stream(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_ipc_stream(buffer)
    return buffer.getvalue()


def test_rows_come_back_with_every_column_and_a_true_header() -> None:
    frame = rows(type=["price", "sale"], event_id=["a", "b"], occurred_us=[20, 10], price=[45_000, None], offered=[None, True])
    found = unpack(pack_rows(frame, edge="edge-1"))
    assert found.rows is not None
    assert found.rows.equals(frame)
    assert dict(found.rows.schema) == ROW_SCHEMA
    header = found.header
    assert (header.format, header.schema, header.kind, header.edge) == (1, "2026-11", "rows", "edge-1")
    assert (header.rows, header.min_us, header.max_us) == (2, 10, 20)
    assert found.control is None


def test_no_rows_are_a_record_too() -> None:
    found = unpack(pack_rows(empty_rows(), edge="e"))
    assert found.rows is not None
    assert found.rows.equals(empty_rows())
    assert found.header.min_us is None


def test_control_records_carry_their_body() -> None:
    found = unpack(pack_control("tick", {"platform": "tiktok", "counted_us": 5, "arrival_us": 6}, edge="e"))
    assert found.control == {"platform": "tiktok", "counted_us": 5, "arrival_us": 6}
    assert found.rows is None
    with pytest.raises(ValueError, match="gossip"):
        pack_control("gossip", {}, edge="e")


def test_an_older_writer_without_a_column_and_a_newer_with_one_more_are_read() -> None:
    body = sealed(stream(pl.DataFrame({"type": ["sale"], "price": [7], "invented_next_year": ["x"]})))
    found = unpack(body).rows
    assert found is not None
    assert dict(found.schema) == ROW_SCHEMA
    assert found.select("type", "price", "likes").row(0) == ("sale", 7, None)


GOOD = pack_rows(sales(3), edge="e")


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "KWL1"),
        (b"PAR1" + GOOD[4:], "KWL1"),
        (GOOD[:6], "header length"),
        (GOOD[:40], "inside its header"),
        (GOOD[:-1], "sha256"),
        (GOOD[:-20] + bytes([GOOD[-20] ^ 1]) + GOOD[-19:], "sha256"),
        (sealed(stream(sales(1)), format=2), "newer"),
        (sealed(stream(sales(1)), rows=2), "promises 2 rows"),
        (sealed(b"not arrow"), "Arrow"),
        (sealed(b"not json", kind="tick"), "JSON"),
        (sealed(b"[]", kind="tick"), "object"),
        (b"KWL1" + struct.pack(">I", 2) + b"{}", "header cannot be read"),
    ],
)
def test_a_damaged_record_is_named(body: bytes, what: str) -> None:
    with pytest.raises(CorruptRecord, match=what):
        unpack(body)


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_no_flipped_byte_goes_unnoticed(at: int, flip: int) -> None:
    body = bytearray(GOOD)
    body[at] ^= flip
    try:
        found = unpack(bytes(body))
    except CorruptRecord:
        return
    # only the header's own words (edge, schema, min, max) may change without the payload noticing
    assert found.rows is None or found.rows.equals(sales(3))


def test_parts_stay_under_the_limit_and_keep_every_row_in_order() -> None:
    frame = sales(5_000)
    bodies = pack_parts(frame, edge="e", max_bytes=20_000)
    assert len(bodies) > 1
    assert max(map(len, bodies)) <= 20_000
    back = [r for r in (unpack(b).rows for b in bodies) if r is not None]
    assert pl.concat(back).equals(frame)
    assert pack_parts(frame.head(1), edge="e", max_bytes=1) == [pack_rows(frame.head(1), edge="e")]


def test_split_rows_keeps_every_row_in_order() -> None:
    frame = sales(5_000)
    pieces = split_rows(frame, 20_000)
    assert len(pieces) > 1
    assert pl.concat(pieces).equals(frame)
    assert max(len(pack_rows(p, edge="e")) for p in pieces) <= 20_000
    assert [p.height for p in split_rows(empty_rows())] == [0]


def test_a_single_event_is_a_small_record() -> None:
    assert len(pack_rows(sales(1), edge="e")) < 1_500
