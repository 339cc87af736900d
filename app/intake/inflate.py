"""How is a compressed body opened? gzip, in bounded steps, so that a bomb costs no more than the limit."""

from __future__ import annotations

import zlib
from typing import Final

from app.intake.refusal import Refused

SUPPORTED: Final = ["identity", "gzip"]
_GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS


def inflate(body: bytes, content_encoding: str, limit: int) -> bytes:
    """The plain body. Raises Refused: encoding not supported (415), not a whole stream (400), larger than `limit` bytes (413)."""
    coding = content_encoding.strip().lower() or "identity"
    if coding == "identity":
        return body
    if coding not in ("gzip", "x-gzip"):
        raise Refused("media-type-not-supported", f"Content-Encoding {coding[:40]} is not supported.", supported=SUPPORTED)
    plain: list[bytes] = []
    room = limit
    while body:  # a gzip file may have several members
        stream = zlib.decompressobj(_GZIP_WINDOW)
        try:
            piece = stream.decompress(body, room + 1)
        except zlib.error:
            raise Refused("encoding-not-valid", "The body is not gzip.") from None
        room -= len(piece)
        if room < 0:
            raise Refused("too-large", f"The body inflates to more than {limit} bytes.", limit={"inflated_bytes": limit})
        if not stream.eof:
            raise Refused("encoding-not-valid", "The gzip stream ends too early.")
        plain.append(piece)
        body = stream.unused_data
    return b"".join(plain)
