"""The schedule: which attempt when, what Retry-After changes, what ends it."""

from __future__ import annotations

import pytest

from app.referral.schedule import DELAYS_S, Dead, Delivered, RetryAt, decide, retry_after_s, wait_s

NOW_US = 1_794_398_400_000_000  # 2026-11-11T12:00:00Z
DAY_S = 86_400


def seconds(decision: object) -> float:
    assert isinstance(decision, RetryAt)
    return (decision.due_us - NOW_US) / 1_000_000


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_2xx_is_success(status: int) -> None:
    assert decide("m", 1, status, None, NOW_US) == Delivered()


@pytest.mark.parametrize("status", [None, 100, 301, 302, 307, 400, 404, 429, 500, 503])
def test_everything_else_is_tried_again(status: int | None) -> None:
    assert 5 <= seconds(decide("m", 1, status, None, NOW_US)) <= 5.5


def test_410_ends_it() -> None:
    assert isinstance(decide("m", 1, 410, None, NOW_US), Dead)


def test_the_schedule_spans_days_and_ends() -> None:
    waits = [seconds(decide("m", n, 500, None, NOW_US)) for n in range(1, len(DELAYS_S))]
    for wait, base in zip(waits, DELAYS_S[1:], strict=True):
        assert base <= wait <= min(base * 1.1, DAY_S)
    assert sum(waits) > 3 * DAY_S
    assert isinstance(decide("m", len(DELAYS_S), 500, None, NOW_US), Dead)


def test_jitter_is_made_from_message_and_attempt() -> None:
    assert wait_s("m", 5) == wait_s("m", 5)
    assert len({wait_s(f"m{n}", 5) for n in range(50)}) == 50


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, 0),
        ("", 0),
        ("120", 120),
        (" 120 ", 120),
        ("-5", 0),
        ("soon", 0),
        ("9" * 5000, DAY_S),
        ("Wed, 11 Nov 2026 12:10:00 GMT", 600),
        ("Wed, 11 Nov 2026 11:00:00 GMT", 0),
        ("Wed, 11 Nov 2036 11:00:00 GMT", DAY_S),
        ("Wed, 11 Nov 2026 12:10:00", 600),
    ],
)
def test_retry_after(header: str | None, expected: float) -> None:
    assert retry_after_s(header, NOW_US) == expected


def test_retry_after_only_ever_lengthens_the_wait() -> None:
    assert seconds(decide("m", 1, 429, "3600", NOW_US)) == 3600
    assert seconds(decide("m", 4, 429, "1", NOW_US)) >= DELAYS_S[4]
