"""How is a frame kept as bytes? Arrow IPC, lz4, named by the sha256 of what it says."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping

import polars as pl


def pack(frame: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> tuple[str, bytes]:
    """(sha256, Arrow IPC stream) of the frame in the order of its own values: entering rows in another order names the same."""
    plain = frame.select(pl.col(name).cast(kind) for name, kind in schema.items()).unique().sort(list(schema)).rechunk()
    buffer = io.BytesIO()
    plain.write_ipc_stream(buffer, compression="lz4", compat_level=pl.CompatLevel.oldest())
    body = buffer.getvalue()
    return hashlib.sha256(body).hexdigest(), body


def unpack(body: bytes, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """The frame with exactly the columns of `schema`: columns an older version did not have are null, newer ones are left out."""
    found = pl.read_ipc_stream(io.BytesIO(body))
    return found.select(
        pl.col(name).cast(kind) if name in found.columns else pl.lit(None, dtype=kind).alias(name) for name, kind in schema.items()
    )
