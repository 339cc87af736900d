"""Is a compressed body opened whole, and never further than the limit?"""

from __future__ import annotations

import gzip

import pytest

from app.intake.inflate import inflate
from app.intake.refusal import Refused


def test_gzip_of_several_members() -> None:
    assert inflate(gzip.compress(b"ab", mtime=0) + gzip.compress(b"cd", mtime=0), "GZIP", 4) == b"abcd"
    assert inflate(b"plain", "", 1) == b"plain"


@pytest.mark.parametrize(
    ("body", "coding", "slug"),
    [
        (gzip.compress(b"abcde", mtime=0), "gzip", "too-large"),
        (gzip.compress(b"abc", mtime=0) + gzip.compress(b"de", mtime=0), "gzip", "too-large"),
        (gzip.compress(b"abc", mtime=0)[:-1], "gzip", "encoding-not-valid"),
        (gzip.compress(b"abc", mtime=0) + b"junk", "gzip", "encoding-not-valid"),
        (b"x", "br", "media-type-not-supported"),
    ],
)
def test_refused(body: bytes, coding: str, slug: str) -> None:
    with pytest.raises(Refused) as caught:
        inflate(body, coding, 4)
    assert caught.value.slug == slug


def test_a_bomb_is_not_opened_further_than_the_limit() -> None:
    import tracemalloc

    bomb = gzip.compress(b"\0" * 100_000_000)
    tracemalloc.start()
    with pytest.raises(Refused):
        inflate(bomb, "gzip", 1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000_000
