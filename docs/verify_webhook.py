"""How does a receiver check a Kawal Harga webhook? Stand-alone: `cryptography` and the standard library, nothing of ours."""

import base64
import time

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

TOLERANCE_S = 300


def verify(public_keys: list[str], headers: dict[str, str], body: bytes, now_s: float | None = None) -> str:
    """The webhook-id if one of the `whpk_` keys signed these very bytes within five minutes; ValueError otherwise.

    Use the body as it came, before any JSON parser has touched it, and treat an id that you have seen as a repeat.
    """
    found = {name.lower(): value for name, value in headers.items()}
    message_id, timestamp = found["webhook-id"], found["webhook-timestamp"]
    if abs((time.time() if now_s is None else now_s) - int(timestamp)) > TOLERANCE_S:
        raise ValueError("too old or too new: a recorded request played again?")
    signed = f"{message_id}.{timestamp}.".encode() + body
    # several signatures while keys change: one that fits is enough
    marks = [mark.split(",", 1)[1] for mark in found["webhook-signature"].split() if mark.startswith("v1a,")]
    for public_key in public_keys:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key.removeprefix("whpk_")))
        for mark in marks:
            try:
                key.verify(base64.b64decode(mark), signed)
            except InvalidSignature:
                continue
            return message_id
    raise ValueError("no signature of a known key")
