"""How long to wait before asking again? Exponential back-off with jitter, Retry-After honoured, and an end to patience."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

FIRST_S: Final = 0.25
LONGEST_S: Final = 30.0


@dataclass
class Patience:
    """The waits of one request. `limit_s`: most seconds spent waiting in all."""

    limit_s: float
    sleep: Callable[[float], None] = time.sleep
    tries: int = 0
    waited_s: float = 0.0

    def wait(self, retry_after: str | None = None) -> bool:
        """Sleep before the next try; False, without sleeping, where the patience would not last."""
        step = min(LONGEST_S, FIRST_S * 2**self.tries)
        # half of it at random: senders that failed together don't come back together
        seconds = max(random.uniform(step / 2, step), asked_seconds(retry_after))
        if self.waited_s + seconds > self.limit_s:
            return False
        self.tries += 1
        self.waited_s += seconds
        self.sleep(seconds)
        return True


def asked_seconds(retry_after: str | None) -> float:
    """Seconds that a Retry-After header asks for (a number or a date); 0 where it is missing, unreadable or past."""
    if retry_after is None:
        return 0.0
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())
