"""When is a message tried again? A pure schedule over days; jitter comes from the message itself, so tests can name it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

SECOND_US: Final = 1_000_000
MINUTE_S: Final = 60
HOUR_S: Final = 3600
DELAYS_S: Final = (
    0,
    5,
    5 * MINUTE_S,
    30 * MINUTE_S,
    2 * HOUR_S,
    5 * HOUR_S,
    10 * HOUR_S,
    14 * HOUR_S,
    20 * HOUR_S,
    24 * HOUR_S,
)
"""Wait before attempt n, counted from the attempt before it (Standard Webhooks' example)."""
LONGEST_S: Final = 24 * HOUR_S
JITTER: Final = 0.1
"""A wait grows by up to this share, so that many messages that failed together don't come back together."""
GONE: Final = 410


@dataclass(frozen=True, slots=True)
class Delivered:
    """2xx: the authority has it."""


@dataclass(frozen=True, slots=True)
class RetryAt:
    """Try again at this moment."""

    due_us: int


@dataclass(frozen=True, slots=True)
class Dead:
    """No further attempt by itself; followers of the case wait until it is redelivered or skipped (F5)."""

    why: str


Decision = Delivered | RetryAt | Dead


def jitter(message_id: str, attempt: int) -> float:
    """A number in [0, 1) made from what is retried."""
    return int.from_bytes(hashlib.sha256(f"{message_id}.{attempt}".encode()).digest()[:6]) / 2**48


def wait_s(message_id: str, attempt: int) -> float:
    """Seconds between attempt - 1 and `attempt` (1 is the first)."""
    base = DELAYS_S[attempt - 1]
    return min(base * (1 + JITTER * jitter(message_id, attempt)), LONGEST_S)


def retry_after_s(header: str | None, now_us: int) -> float:
    """Seconds asked for by Retry-After (a number or a date), 0 where it is missing, unreadable or past; at most a day."""
    if not header:
        return 0.0
    if header.strip().isdecimal():
        # sliced first: an absurd run of digits must not become an absurd int
        return float(min(int(header.strip()[:9]), LONGEST_S))
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, TypeError):
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    seconds = (moment - datetime.fromtimestamp(now_us / SECOND_US, tz=UTC)).total_seconds()
    return min(max(seconds, 0.0), float(LONGEST_S))


def decide(message_id: str, attempt: int, status_code: int | None, retry_after: str | None, now_us: int) -> Decision:
    """What follows from attempt number `attempt` of this round? Redirects are failures: only 2xx is success."""
    if status_code is not None and 200 <= status_code < 300:
        return Delivered()
    if status_code == GONE:
        return Dead("the receiver answered 410 Gone")
    if attempt >= len(DELAYS_S):
        return Dead(f"{attempt} attempts failed")
    seconds = max(wait_s(message_id, attempt + 1), retry_after_s(retry_after, now_us))
    return RetryAt(now_us + int(seconds * SECOND_US))
