"""Signatures, checked by code that shares nothing with ours: from the specification, with `cryptography` alone."""

from __future__ import annotations

import base64
import json
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from app.referral.sign import UnsafeKeyFile, begin_rotation, end_rotation, load_keys, load_or_create, parse_key, sign
from docs.verify_webhook import verify

BODY = '{"type":"referral.created","data":{"catatan":"harga di bawah biaya — Rp45.000"}}'.encode()
AT_S = 1_794_398_400


def fits(public: str, headers: dict[str, str], body: bytes) -> bool:
    assert public.startswith("whpk_")
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public[5:], validate=True))
    signed = headers["webhook-id"].encode() + b"." + headers["webhook-timestamp"].encode() + b"." + body
    for mark in headers["webhook-signature"].split(" "):
        version, signature = mark.split(",")
        assert version == "v1a"
        try:
            key.verify(base64.b64decode(signature, validate=True), signed)
        except InvalidSignature:
            continue
        return True
    return False


def test_independent_code_accepts_it(tmp_path: Path) -> None:
    keys = load_or_create(tmp_path / "k")
    headers = sign(keys, "msg_1", AT_S, BODY)
    assert fits(keys[0].public, headers, BODY)
    assert verify([keys[0].public], headers, BODY, AT_S + 10) == "msg_1"


@pytest.mark.parametrize("change", ["webhook-id", "webhook-timestamp", "body"])
def test_any_change_is_seen(tmp_path: Path, change: str) -> None:
    keys = load_or_create(tmp_path / "k")
    headers = sign(keys, "msg_1", AT_S, BODY)
    body = BODY + b" " if change == "body" else BODY
    if change != "body":
        headers[change] = headers[change][:-1] + "9"
    assert not fits(keys[0].public, headers, body)
    with pytest.raises(ValueError, match="no signature"):
        verify([keys[0].public], headers, body, float(headers["webhook-timestamp"]))


def test_an_old_request_is_refused_by_the_example(tmp_path: Path) -> None:
    keys = load_or_create(tmp_path / "k")
    with pytest.raises(ValueError, match="too old"):
        verify([keys[0].public], sign(keys, "msg_1", AT_S, BODY), BODY, AT_S + 301)


def test_a_symmetric_mark_beside_ours_satisfies_the_reference_library(tmp_path: Path) -> None:
    """It knows `v1` only, and must step over our `v1a` instead of stumbling: the header has the shape that it parses."""
    now = datetime.now(tz=UTC)
    headers = sign(load_or_create(tmp_path / "k"), "msg_1", int(now.timestamp()), BODY)
    library = Webhook("whsec_" + base64.b64encode(b"k" * 32).decode())
    with pytest.raises(WebhookVerificationError, match="No matching signature"):
        library.verify(BODY, headers)
    both = headers["webhook-signature"] + " " + library.sign("msg_1", now, BODY.decode())
    assert library.verify(BODY, {**headers, "webhook-signature": both}) == json.loads(BODY)


def test_both_keys_sign_while_they_change(tmp_path: Path) -> None:
    path = tmp_path / "k"
    old = load_or_create(path)[0].public
    new = begin_rotation(path).public
    headers = sign(load_keys(path), "msg_1", AT_S, BODY)
    assert len(headers["webhook-signature"].split(" ")) == 2
    assert fits(old, headers, BODY)
    assert fits(new, headers, BODY)
    end_rotation(path)
    headers = sign(load_keys(path), "msg_1", AT_S, BODY)
    assert fits(new, headers, BODY)
    assert not fits(old, headers, BODY)


def test_the_key_file_is_the_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "k"
    mask = os.umask(0)
    try:
        first = load_or_create(path)
    finally:
        os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_or_create(path)[0].public == first[0].public
    assert first[0].secret not in repr(first)
    path.chmod(0o644)
    with pytest.raises(UnsafeKeyFile, match="chmod 600"):
        load_keys(path)


@pytest.mark.parametrize("line", ["whpk_AAAA", "whsk_*", "whsk_" + base64.b64encode(b"x" * 31).decode()])
def test_a_bad_key_says_why(line: str) -> None:
    with pytest.raises(UnsafeKeyFile):
        parse_key(line)


def test_a_64_byte_key_of_another_sender_is_read() -> None:
    seed = bytes(range(32))
    assert (
        parse_key("whsk_" + base64.b64encode(seed + b"p" * 32).decode()).public
        == parse_key("whsk_" + base64.b64encode(seed).decode()).public
    )
