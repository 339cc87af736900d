"""Does the stand-alone check believe our signature, and nothing else?"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from app.demo.failure import DemoFailed
from app.demo.independent import verified_id
from app.referral.sign import load_or_create, sign

BODY = b'{"type":"referral.created"}'


def test_only_what_was_signed_now_is_believed(tmp_path: Path) -> None:
    ours, theirs = (load_or_create(tmp_path / name) for name in ("ours", "theirs"))
    now = int(time.time())
    headers = sign(ours, "msg_1", now, BODY)
    assert verified_id([ours[0].public], headers, BODY) == "msg_1"
    assert verified_id([theirs[0].public], headers, BODY) is None
    assert verified_id([ours[0].public], headers, BODY + b" ") is None
    assert verified_id([ours[0].public], sign(ours, "msg_1", now - 400, BODY), BODY) is None
    assert verified_id([ours[0].public], {}, BODY) is None


def test_without_the_script_nothing_is_claimed(tmp_path: Path) -> None:
    with pytest.raises(DemoFailed, match="is missing"):
        verified_id([], {}, BODY, tmp_path / "none.py")
