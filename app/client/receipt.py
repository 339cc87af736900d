"""What does the service say of a post? A receipt, with what the detector made of the rows once it is asked again (D10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Rejected:
    """One event that was refused at the door; `index` counts the lines of the request from 0."""

    index: int
    event_id: str | None
    field: str
    problem: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """sent = accepted + len(rejected). `pending` and what follows are known only to `Sender.receipt` (accepted = their sum)."""

    receipt_id: str
    accepted: int
    rejected: tuple[Rejected, ...] = ()
    unknown_fields: Mapping[str, int] | None = None
    notes: tuple[str, ...] = ()
    repeated: bool = False
    pending: int | None = None
    counted: int | None = None
    duplicate: int | None = None
    late: int | None = None
    skipped: int | None = None


def receipt_of(body: Mapping[str, Any]) -> Receipt:
    """The receipt in a JSON answer. Raises KeyError, TypeError if it is none."""
    return Receipt(
        receipt_id=str(body["receipt_id"]),
        accepted=int(body["accepted"]),
        rejected=tuple(Rejected(int(r["index"]), r["event_id"], str(r["field"]), str(r["problem"])) for r in body["rejected"]),
        unknown_fields=dict(body.get("unknown_fields") or {}),
        notes=tuple(body.get("notes") or ()),
        repeated=bool(body.get("repeated", False)),
        pending=body.get("pending"),
        counted=body.get("counted"),
        duplicate=body.get("duplicate"),
        late=body.get("late"),
        skipped=body.get("skipped"),
    )
