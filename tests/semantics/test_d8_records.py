"""D8. Records describe themselves and carry a hash; unknown fields are kept and named."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from app.domain.events import EVENT_SCHEMA_VERSION
from app.log.record import FORMAT, CorruptRecord, read_header, unpack
from tests.property.rig import SECOND
from tests.semantics.stage import NOON, rig_at, sale


def test_a_header_says_what_is_in_the_record(tmp_path: Path) -> None:
    with rig_at(tmp_path) as rig:
        rig.post([sale("a", NOON), sale("b", NOON + SECOND)], at_us=NOON)
        body = rig.log.read(0, 1)[0].body
    header = read_header(body)
    assert (header.format, header.schema, header.kind, header.edge, header.rows) == (FORMAT, EVENT_SCHEMA_VERSION, "rows", "test", 2)
    assert (header.min_us, header.max_us) == (NOON, NOON + SECOND)
    payload = body[8 + int.from_bytes(body[4:8], "big") :]
    assert header.sha256 == hashlib.sha256(payload).hexdigest()
    with pytest.raises(CorruptRecord):
        unpack(body[:-1] + bytes([body[-1] ^ 1]))


def test_a_misspelt_field_is_named_and_kept(tmp_path: Path) -> None:
    """[`seller_vouchr` unnoticed for a year.]"""
    with rig_at(tmp_path) as rig:
        answer = rig.post([sale("a", NOON, seller_vouchr=900), sale("b", NOON)], at_us=NOON)
        rows = unpack(rig.log.read(0, 1)[0].body).rows
    assert answer.receipt["unknown_fields"] == {"seller_vouchr": 1}
    assert any("seller_voucher" in note for note in answer.receipt["notes"])
    assert rows is not None
    assert json.loads(rows["extra"][0]) == {"seller_vouchr": 900}
