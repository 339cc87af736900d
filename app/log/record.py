"""What are the bytes of one log record? Magic, header, payload: self-describing and hashed (SEMANTICS D8)."""

from __future__ import annotations

import hashlib
import io
import json
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import polars as pl

from app.domain.events import EVENT_SCHEMA_VERSION, ROW_SCHEMA

MAGIC: Final = b"KWL1"
FORMAT: Final = 1
ROWS: Final = "rows"
CONTROLS: Final = ("tick", "config", "day_sealed")
PART_BYTES: Final = 500_000
"""Brokers refuse messages of 1 MB: parts stay well below (engine.md pitfall 10)."""

_LENGTH: Final = struct.Struct(">I")
_BODY_AT: Final = len(MAGIC) + _LENGTH.size
# Columns that hold nothing are left out of the payload (a reader fills them with null); `type` stays to carry the height.
_ANCHOR: Final = "type"


class CorruptRecord(Exception):
    """The bytes are not a record that this version can read: wrong magic, length or hash, or a newer format."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a record says about its payload. `min_us`/`max_us`: lowest and highest `occurred_us`, null without rows."""

    format: int
    schema: str
    kind: str
    edge: str
    rows: int
    min_us: int | None
    max_us: int | None
    sha256: str


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A record read back: rows for kind `rows`, else the control body."""

    header: Header
    rows: pl.DataFrame | None
    control: dict[str, Any] | None


def _seal(kind: str, edge: str, payload: bytes, rows: int = 0, min_us: int | None = None, max_us: int | None = None) -> bytes:
    header = Header(FORMAT, EVENT_SCHEMA_VERSION, kind, edge, rows, min_us, max_us, hashlib.sha256(payload).hexdigest())
    text = json.dumps(asdict(header), separators=(",", ":")).encode()
    return b"".join((MAGIC, _LENGTH.pack(len(text)), text, payload))


def pack_rows(frame: pl.DataFrame, *, edge: str) -> bytes:
    """A `rows` record of a frame of ROW_SCHEMA; `edge` names the process that accepted it."""
    filled = [c.name for c in frame.iter_columns() if c.name == _ANCHOR or c.null_count() < len(c)]
    buffer = io.BytesIO()
    # the oldest Arrow types (no string views): plain enough for any reader
    frame.select(filled).write_ipc_stream(buffer, compression="lz4", compat_level=pl.CompatLevel.oldest())
    times = frame["occurred_us"]
    low, high = times.min(), times.max()
    assert low is None or isinstance(low, int)
    assert high is None or isinstance(high, int)
    return _seal(ROWS, edge, buffer.getvalue(), frame.height, low, high)


def pack_control(kind: str, body: Mapping[str, Any], *, edge: str) -> bytes:
    """A control record (`tick`, `config`, `day_sealed`); raises ValueError for another kind."""
    if kind not in CONTROLS:
        raise ValueError(f"no control record is called {kind!r}")
    return _seal(kind, edge, json.dumps(dict(body), sort_keys=True, separators=(",", ":")).encode())


def split_rows(frame: pl.DataFrame, max_bytes: int = PART_BYTES) -> list[pl.DataFrame]:
    """The frame cut, in order, into slices whose packed records stay near `max_bytes` (never below one row)."""
    size = sum(c.estimated_size() for c in frame.iter_columns() if c.null_count() < len(c))
    if size <= max_bytes or frame.height <= 1:
        return [frame]
    step = max(1, int(frame.height * max_bytes / size))
    return list(frame.iter_slices(step))


def pack_parts(frame: pl.DataFrame, *, edge: str, max_bytes: int = PART_BYTES) -> list[bytes]:
    """As few `rows` records as keep each under `max_bytes` after compression (one row always goes through)."""
    body = pack_rows(frame, edge=edge)
    if len(body) <= max_bytes or frame.height <= 1:
        return [body]
    step = max(1, frame.height * max_bytes // (2 * len(body))) if len(body) > 2 * max_bytes else -(-frame.height // 2)
    return [part for piece in frame.iter_slices(step) for part in pack_parts(piece, edge=edge, max_bytes=max_bytes)]


def unpack(body: bytes) -> Unpacked:
    """The record in `body`; rows always have exactly the columns and types of ROW_SCHEMA. Raises CorruptRecord."""
    header, payload = _open(body)
    if header.kind == ROWS:
        return Unpacked(header, _rows(payload, header.rows), None)
    try:
        control = json.loads(bytes(payload))
    except ValueError as error:
        raise CorruptRecord(f"control body is not JSON: {error}") from error
    if not isinstance(control, dict):
        raise CorruptRecord("control body is not an object")
    return Unpacked(header, None, control)


def rows_claimed(body: bytes) -> int:
    """How many rows a record says it holds, though nothing else of it may be readable; 1 where even that is lost."""
    try:
        (length,) = _LENGTH.unpack_from(body, len(MAGIC))
        return int(json.loads(body[_BODY_AT : _BODY_AT + length])["rows"])
    except (struct.error, ValueError, KeyError, TypeError):
        return 1


def read_header(body: bytes) -> Header:
    """The header alone, its payload's hash checked. Raises CorruptRecord."""
    return _open(body)[0]


def _open(body: bytes) -> tuple[Header, memoryview]:
    if body[: len(MAGIC)] != MAGIC:
        raise CorruptRecord("record does not begin with KWL1")
    if len(body) < _BODY_AT:
        raise CorruptRecord("record ends inside its header length")
    (length,) = _LENGTH.unpack_from(body, len(MAGIC))
    if len(body) < _BODY_AT + length:
        raise CorruptRecord("record ends inside its header")
    payload = memoryview(body)[_BODY_AT + length :]
    header = _header(body[_BODY_AT : _BODY_AT + length])
    if hashlib.sha256(payload).hexdigest() != header.sha256:
        raise CorruptRecord("payload does not match its sha256")
    return header, payload


def _header(text: bytes) -> Header:
    try:
        fields = json.loads(text)
        known = Header(**{name: fields[name] for name in Header.__slots__})
    except (ValueError, KeyError, TypeError) as error:
        raise CorruptRecord(f"header cannot be read: {error!r}") from error
    if not isinstance(known.format, int) or known.format > FORMAT:
        raise CorruptRecord(f"record format {known.format} is newer than {FORMAT}: read it with the version that wrote it")
    return known


def _rows(payload: memoryview, height: int) -> pl.DataFrame:
    try:
        found = pl.read_ipc_stream(io.BytesIO(payload))
        kinds = found.schema  # made anew at every look
        frame = found.select(
            (pl.col(name) if kinds[name] == kind else pl.col(name).cast(kind)) if name in kinds else pl.lit(None, dtype=kind).alias(name)
            for name, kind in ROW_SCHEMA.items()
        )
    except (pl.exceptions.PolarsError, OSError) as error:
        raise CorruptRecord(f"payload is not an Arrow stream of events: {error}") from error
    if frame.height != height:
        raise CorruptRecord(f"header promises {height} rows, payload has {frame.height}")
    return frame
