"""What happens to a post? Inflate, validate, append in one durable commit, keep the receipt, answer (D10)."""

from __future__ import annotations

import hashlib
import json
import socket
from dataclasses import dataclass
from os import getpid
from threading import Lock
from typing import Any, Final

import polars as pl
from sqlalchemy import Engine

from app.domain.identity import name
from app.domain.time import DAY_US
from app.intake.answer import first_answer, rejections_of
from app.intake.inflate import inflate
from app.intake.refusal import Refused
from app.intake.route import route
from app.intake.rules import Stamp
from app.intake.sender import Sender
from app.intake.validate import Batch, validate
from app.log.port import EventLog, Part
from app.log.record import pack_parts
from app.store import receipts
from app.store.engine import read
from app.store.receipts import Position, Receipt, ReceiptDesk

ARROW: Final = "application/vnd.apache.arrow.stream"
_STRIPES: Final = 256


@dataclass(frozen=True, slots=True)
class Post:
    """One request as it came in."""

    body: bytes
    media_type: str
    content_encoding: str = ""
    idempotency_key: str | None = None
    backfill: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sender is told. `receipt` is the JSON of the first answer to this request."""

    receipt: dict[str, Any]
    repeated: bool = False
    dry_run: bool = False


class Door:
    """Takes posts for one log and one store; blocking and thread-safe. Build it once: it keeps equal requests apart."""

    def __init__(self, log: EventLog, engine: Engine, *, future_us: int, max_inflated_bytes: int, edge: str = "") -> None:
        self._log = log
        self._engine = engine
        self._desk = ReceiptDesk(engine)
        self._future_us = future_us
        self._limit = max_inflated_bytes
        self._edge = edge or f"{socket.gethostname()}:{getpid()}"
        self._stripes = [Lock() for _ in range(_STRIPES)]

    def accept(self, post: Post, sender: Sender, now_us: int) -> Answer:
        """The receipt of a post, durable before it returns. Raises Refused, LogFull, LogNotWritable."""
        _refuse_what_comes_later(post)
        digest = hashlib.sha256(post.body).hexdigest()
        if post.dry_run:
            return Answer({**first_answer(None, self._validated(post, sender, now_us)), "dry_run": True}, dry_run=True)
        key = post.idempotency_key or name("i", sender.key_id, digest)
        # two equal requests at once: the second waits and gets the first one's receipt
        with self._stripes[hash((sender.key_id, key)) % _STRIPES]:
            earlier = self._earlier(sender.key_id, key, digest, now_us)
            return earlier or self._kept(post, sender, now_us, key, digest)

    def _validated(self, post: Post, sender: Sender, now_us: int) -> Batch:
        body = inflate(post.body, post.content_encoding, self._limit)
        return validate(body, post.media_type, Stamp(sender, now_us, self._future_us))

    def _earlier(self, key_id: str, key: str, digest: str, now_us: int) -> Answer | None:
        with read(self._engine) as connection:
            first = receipts.find(connection, key_id, key, now_us - DAY_US)
        if first is None:
            return None
        if first.receipt_id != name("r", key_id, key, digest, str(first.received_us)):
            raise Refused("idempotency-key-reused", "This Idempotency-Key came with another body within the last 24 hours.")
        return Answer({**json.loads(first.body), "repeated": True}, repeated=True)

    def _kept(self, post: Post, sender: Sender, now_us: int, key: str, digest: str) -> Answer:
        batch = self._validated(post, sender, now_us)
        receipt_id = name("r", sender.key_id, key, digest, str(now_us))
        positions = self._appended(batch.rows)
        answer = first_answer(receipt_id, batch)
        kept = Receipt(
            receipt_id, sender.key_id, key, now_us, batch.rows.height, len(batch.refused), positions, json.dumps(answer, ensure_ascii=False)
        )
        self._desk.save(kept, rejections_of(receipt_id, batch, sender.posting_platform, now_us))
        return Answer(answer)

    def _appended(self, rows: pl.DataFrame) -> tuple[Position, ...]:
        parts = [
            Part(partition, body)
            for partition, own in route(rows, self._log.partitions).items()
            for body in pack_parts(own, edge=self._edge)
        ]
        written = self._log.append(parts) if parts else []
        return tuple((part.partition, pos) for part, pos in zip(parts, written, strict=True))


def _refuse_what_comes_later(post: Post) -> None:
    if post.backfill:
        raise Refused("backfill-not-supported", "Kawal-Backfill: true is not supported yet; nothing was stored.")
    if post.media_type.split(";")[0].strip().lower() == ARROW:
        supported = ["application/json", "application/x-ndjson"]
        raise Refused("media-type-not-supported", f"Content-Type {ARROW} is not supported yet.", supported=supported)
