"""How do messages reach the authority? A loop: due, sign, send, record; each in its own transaction, at least once, in order (F5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Final

import structlog
from sqlalchemy import Engine

from app.referral.deliver import Outcome, Sender, sender_for
from app.referral.guard import parse_target
from app.referral.schedule import Delivered, RetryAt, decide
from app.referral.sign import SigningKey, load_or_create, sign
from app.settings import Settings
from app.store import case_close, outbox
from app.store.engine import hold, read, write
from app.store.outbox import Message

SECOND_US: Final = 1_000_000
LEASE_US: Final = 120 * SECOND_US
"""A message is ours for this long while it is sent; twice the longest attempt. After a crash it is due again, under the same id."""
ROUND_S: Final = 1.0
FAILED_ROUND_S: Final = 5.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Courier:
    """Everything a round needs. `send` None: no target is set, and messages wait without losing an attempt."""

    engine: Engine
    keys: Sequence[SigningKey]
    send: Sender | None
    clock: Callable[[], int]

    def round(self, stop: Event | None = None) -> int:
        """Try every due message once; how many were tried. Also carries findings of closed cases into new ones."""
        self._open_next_cases()
        if self.send is None:
            return 0
        with read(self.engine) as conn:
            waiting = outbox.due(conn, self.clock())
        tried = 0
        for message in waiting:
            if stop is not None and stop.is_set():
                break
            tried += self._try(self.send, message)
        return tried

    def run(self, stop: Event) -> None:
        """Rounds until the event is set; a failure of the store is logged and tried again, never fatal for the outbox."""
        while not stop.is_set():
            try:
                pause = 0.0 if self.round(stop) else ROUND_S
            except Exception as error:
                log.error("courier round failed", error=type(error).__name__, exc_info=error)
                pause = FAILED_ROUND_S
            stop.wait(pause)

    def status(self) -> dict[str, int | str]:
        """For readiness and metrics: whether there is a target, and what waits, is overdue, is dead."""
        with read(self.engine) as conn:
            return {"target": "set" if self.send is not None else "not set", **outbox.gauges(conn, self.clock())}

    def _open_next_cases(self) -> None:
        with read(self.engine) as conn:
            waiting = case_close.news(conn)
        if waiting:  # a write would take SQLite's only lock every second for nothing
            with write(self.engine) as conn:
                hold(conn, "cases")
                case_close.follow_up(conn, self.clock())

    def _try(self, send: Sender, message: Message) -> bool:
        with write(self.engine) as conn:
            if not outbox.claim(conn, message, self.clock() + LEASE_US):
                return False  # another courier has it, or a person skipped it
        at_us = self.clock()
        body = message.body.encode()
        headers = sign(self.keys, message.message_id, at_us // SECOND_US, body)
        self._record(message, at_us, send(headers, body))
        return True

    def _record(self, message: Message, at_us: int, outcome: Outcome) -> None:
        number = message.attempts + 1
        now_us = self.clock()
        decision = decide(message.message_id, number, outcome.status_code, outcome.retry_after, now_us)
        kept = {
            "status_code": outcome.status_code,
            "latency_ms": outcome.latency_ms,
            "error": outcome.error,
            "excerpt": outcome.excerpt,
        }
        with write(self.engine) as conn:
            outbox.add_attempt(conn, message.message_id, at_us, kept)
            match decision:
                case Delivered():
                    outbox.delivered(conn, message.message_id, now_us)
                case RetryAt():
                    outbox.retry(conn, message.message_id, decision.due_us)
                case _:
                    outbox.bury(conn, message.message_id)
        log.info("attempt", message_id=message.message_id, attempt=number, status=outcome.status_code, outcome=type(decision).__name__)


def courier_of(settings: Settings, engine: Engine, clock: Callable[[], int]) -> Courier:
    """The courier that the settings ask for. Raises TargetRefused for a target that no network could make good."""
    keys = load_or_create(settings.referral_signing_key_file)
    if settings.referral_url is None:
        return Courier(engine, keys, None, clock)
    target = parse_target(settings.referral_url, allow_loopback=settings.referral_allow_loopback)
    return Courier(engine, keys, sender_for(target), clock)
