"""How does the authority know that a message is ours? Standard Webhooks headers with ed25519 (`v1a`) signatures."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SECRET_PREFIX: Final = "whsk_"
PUBLIC_PREFIX: Final = "whpk_"
OWNER_ONLY: Final = 0o600


class UnsafeKeyFile(Exception):
    """The signing key file is missing a usable key, or others than its owner can read it."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One ed25519 key. The private half never appears in a repr, so it can't slip into a log line."""

    private: Ed25519PrivateKey = field(repr=False)

    @property
    def public(self) -> str:
        """The half that receivers are given: `whpk_` + base64 of the 32 bytes."""
        return PUBLIC_PREFIX + base64.b64encode(self.private.public_key().public_bytes_raw()).decode()

    @property
    def secret(self) -> str:
        """The line of the key file: `whsk_` + base64 of the 32-byte seed."""
        return SECRET_PREFIX + base64.b64encode(self.private.private_bytes_raw()).decode()


def parse_key(line: str) -> SigningKey:
    """Read one `whsk_` line: a 32-byte seed, or seed and public key together (64 bytes) as other senders write it."""
    if not line.startswith(SECRET_PREFIX):
        raise UnsafeKeyFile(f"a signing key starts with {SECRET_PREFIX}")
    try:
        raw = base64.b64decode(line[len(SECRET_PREFIX) :], validate=True)
    except binascii.Error as exc:
        raise UnsafeKeyFile("a signing key is base64 after its prefix") from exc
    if len(raw) not in (32, 64):
        raise UnsafeKeyFile("a signing key holds 32 or 64 bytes")
    return SigningKey(Ed25519PrivateKey.from_private_bytes(raw[:32]))


def load_keys(path: Path) -> tuple[SigningKey, ...]:
    """Every key of the file, one a line, newest first; all of them sign, so that receivers can change over in peace."""
    if path.stat().st_mode & 0o077:
        raise UnsafeKeyFile(f"{path} must be readable by its owner only (chmod 600)")
    keys = tuple(parse_key(line.strip()) for line in path.read_text().splitlines() if line.strip() and not line.startswith("#"))
    if not keys:
        raise UnsafeKeyFile(f"{path} holds no signing key")
    return keys


def _write(path: Path, keys: Sequence[SigningKey]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    # a left-over of a crash may have other permissions; O_EXCL then makes sure that the file is ours from its first byte
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(handle, "w") as file:
        file.write("".join(key.secret + "\n" for key in keys))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def load_or_create(path: Path) -> tuple[SigningKey, ...]:
    """The keys of the file; a first key is made where there is none yet."""
    if not path.exists():
        _write(path, [SigningKey(Ed25519PrivateKey.generate())])
    return load_keys(path)


def begin_rotation(path: Path) -> SigningKey:
    """Add a new key in front; old and new sign together until `end_rotation`."""
    fresh = SigningKey(Ed25519PrivateKey.generate())
    _write(path, [fresh, *load_keys(path)])
    return fresh


def end_rotation(path: Path) -> None:
    """Keep the newest key only."""
    _write(path, load_keys(path)[:1])


def sign(keys: Sequence[SigningKey], message_id: str, attempt_s: int, body: bytes) -> dict[str, str]:
    """The three headers. `attempt_s` is the time of this attempt, not of the event; the id stays the same over attempts."""
    text = f"{message_id}.{attempt_s}.".encode() + body
    marks = ["v1a," + base64.b64encode(key.private.sign(text)).decode() for key in keys]
    return {"webhook-id": message_id, "webhook-timestamp": str(attempt_s), "webhook-signature": " ".join(marks)}
