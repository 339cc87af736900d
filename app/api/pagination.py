"""Where does the next page begin? An opaque keyset cursor, signed, and bound to the filters it was given for."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Final

from app.api.problems import Problem
from app.domain.canonical import canonical_bytes

type_of_key = int | float | str | None
_TAG_BYTES: Final = 16


def _tag(secret: bytes, payload: bytes) -> bytes:
    return hmac.new(secret, b"cursor\0" + payload, hashlib.sha256).digest()[:_TAG_BYTES]


def _bound(filters: Mapping[str, object]) -> str:
    # None and absent are one filter, so that a page asked for with an empty parameter goes on
    used = {name: str(value) for name, value in filters.items() if value is not None}
    return hashlib.sha256(canonical_bytes(used)).hexdigest()[:16]


def seal_cursor(secret: bytes, filters: Mapping[str, object], position: Sequence[type_of_key]) -> str:
    """The cursor after the row whose sort keys are `position` (floats keep every bit)."""
    payload = json.dumps([_bound(filters), *position], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_tag(secret, payload) + payload).decode().rstrip("=")


def open_cursor(secret: bytes, filters: Mapping[str, object], text: str) -> tuple[type_of_key, ...]:
    """The position sealed in a cursor; a Problem if it was altered, or given for other filters."""
    try:
        raw = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise _refused("It is not a cursor of this service.") from None
    tag, payload = raw[:_TAG_BYTES], raw[_TAG_BYTES:]
    if not hmac.compare_digest(tag, _tag(secret, payload)):
        raise _refused("It is not a cursor of this service.")
    bound, *position = json.loads(payload)
    if bound != _bound(filters):
        raise _refused("It was given for other filters.")
    return tuple(position)


def _refused(why: str) -> Problem:
    return Problem("cursor-not-valid", why)
