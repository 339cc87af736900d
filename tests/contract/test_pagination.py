"""Is a cursor opaque, exact, and good only where it was given?"""

from __future__ import annotations

import pytest

from app.api.pagination import open_cursor, seal_cursor
from app.api.problems import Problem

SECRET = b"s" * 32


def test_a_cursor_comes_back_whole() -> None:
    position = (1_794_402_000_000_000, "é", 0.1 + 0.2, None)
    cursor = seal_cursor(SECRET, {"flagged": True, "rule": None}, position)
    assert open_cursor(SECRET, {"flagged": True}, cursor) == position


@pytest.mark.parametrize("text", ["", "x", "é", "AAAA", "....", "A" * 5000])
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(Problem) as caught:
        open_cursor(SECRET, {}, text)
    assert caught.value.kind.slug == "cursor-not-valid"


def test_other_filters_other_secret_and_altered_bytes() -> None:
    cursor = seal_cursor(SECRET, {"level": 2}, (1, "a"))
    for secret, filters, text in (
        (SECRET, {"level": 3}, cursor),
        (b"t" * 32, {"level": 2}, cursor),
        (SECRET, {"level": 2}, ("B" if cursor[0] == "A" else "A") + cursor[1:]),
    ):
        with pytest.raises(Problem):
            open_cursor(secret, filters, text)
