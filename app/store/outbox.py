"""Which messages wait, in which order, and how did their attempts end? Rows of `outbox` and `attempt` (F5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, func, insert, select, update

from app.store.tables import attempt, outbox

PENDING: Final = "pending"
DELIVERED: Final = "delivered"
DEAD: Final = "dead"
SKIPPED: Final = "skipped"
BLOCKING: Final = (PENDING, DEAD)


@dataclass(frozen=True, slots=True)
class Message:
    """One message as kept. `body` is what is signed and sent, byte for byte; `attempts` counts those of this round."""

    message_id: str
    case_id: str
    referral_id: str
    seq: int
    type: str
    body: str
    status: str
    due_us: int
    attempts: int
    delivered_us: int | None


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One attempt as kept; numbers run on over rounds."""

    message_id: str
    number: int
    at_us: int
    status_code: int | None
    latency_ms: int | None
    error: str | None
    excerpt: str | None


def _message(row: Row[Any]) -> Message:
    return Message(**row._mapping)


def enqueue(conn: Connection, *, message_id: str, case_id: str, referral_id: str, kind: str, body: str, at_us: int) -> None:
    """Put a message behind the others of its case; it commits with whatever made it."""
    last = conn.scalar(select(func.max(outbox.c.seq)).where(outbox.c.case_id == case_id))
    conn.execute(
        insert(outbox).values(
            message_id=message_id,
            case_id=case_id,
            referral_id=referral_id,
            seq=(last or 0) + 1,
            type=kind,
            body=body,
            status=PENDING,
            due_us=at_us,
            attempts=0,
        )
    )


def due(conn: Connection, now_us: int, limit: int = 20) -> list[Message]:
    """Messages to try now: only the oldest undelivered one of each case, followers wait behind dead letters too (F5)."""
    older = outbox.alias("older")
    blocked = (
        select(older.c.message_id)
        .where(older.c.case_id == outbox.c.case_id, older.c.seq < outbox.c.seq, older.c.status.in_(BLOCKING))
        .exists()
    )
    query = select(outbox).where(outbox.c.status == PENDING, outbox.c.due_us <= now_us, ~blocked)
    return [_message(row) for row in conn.execute(query.order_by(outbox.c.due_us, outbox.c.case_id, outbox.c.seq).limit(limit))]


def claim(conn: Connection, message: Message, until_us: int) -> bool:
    """Keep other couriers off a message while it is sent. If we die, it is due again at `until_us` with the same id."""
    held = conn.execute(
        update(outbox)
        .where(outbox.c.message_id == message.message_id, outbox.c.status == PENDING, outbox.c.due_us == message.due_us)
        .values(due_us=until_us)
    )
    return held.rowcount == 1


def add_attempt(conn: Connection, message_id: str, at_us: int, outcome: Mapping[str, Any]) -> int:
    """Write down one attempt (status_code, latency_ms, error, excerpt) and return its number."""
    last = conn.scalar(select(func.max(attempt.c.number)).where(attempt.c.message_id == message_id))
    number = (last or 0) + 1
    conn.execute(insert(attempt).values(message_id=message_id, number=number, at_us=at_us, **outcome))
    return number


def _settle(conn: Connection, message_id: str, **values: Any) -> None:
    # only a pending message moves: a skip by an admin while the attempt was under way stands
    conn.execute(
        update(outbox).where(outbox.c.message_id == message_id, outbox.c.status == PENDING).values(attempts=outbox.c.attempts + 1, **values)
    )


def delivered(conn: Connection, message_id: str, at_us: int) -> None:
    """The receiver said 2xx."""
    _settle(conn, message_id, status=DELIVERED, delivered_us=at_us)


def retry(conn: Connection, message_id: str, due_us: int) -> None:
    """Another attempt at `due_us`."""
    _settle(conn, message_id, due_us=due_us)


def bury(conn: Connection, message_id: str) -> None:
    """No further attempt by itself."""
    _settle(conn, message_id, status=DEAD)


def redeliver(conn: Connection, message_id: str, now_us: int) -> None:
    """Begin a new round with the whole schedule, under the same id; the attempts of earlier rounds stay listed."""
    conn.execute(
        update(outbox).where(outbox.c.message_id == message_id).values(status=PENDING, due_us=now_us, attempts=0, delivered_us=None)
    )


def skip(conn: Connection, message_id: str) -> bool:
    """Let followers pass; the reason is in the audit trail. False where the message wasn't in the way."""
    done = conn.execute(update(outbox).where(outbox.c.message_id == message_id, outbox.c.status.in_(BLOCKING)).values(status=SKIPPED))
    return done.rowcount == 1


def of_referral(conn: Connection, referral_id: str) -> list[Message]:
    """Every message about a referral in the order of the case."""
    return [_message(r) for r in conn.execute(select(outbox).where(outbox.c.referral_id == referral_id).order_by(outbox.c.seq))]


def attempts(conn: Connection, message_id: str) -> list[AttemptRow]:
    """Attempts of a message, first to last."""
    query = select(attempt).where(attempt.c.message_id == message_id).order_by(attempt.c.number)
    return [AttemptRow(**row._mapping) for row in conn.execute(query)]


def gauges(conn: Connection, now_us: int) -> dict[str, int]:
    """For readiness and metrics: how many wait, are overdue, are dead."""
    count: dict[str, int] = {row[0]: row[1] for row in conn.execute(select(outbox.c.status, func.count()).group_by(outbox.c.status))}
    late = conn.scalar(select(func.count()).where(outbox.c.status == PENDING, outbox.c.due_us <= now_us)) or 0
    return {"pending": count.get(PENDING, 0), "overdue": late, "dead": count.get(DEAD, 0), "delivered": count.get(DELIVERED, 0)}
