"""What is a body worth? Bytes in, rows of ROW_SCHEMA and refusals out; nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from app.domain.events import ROW_SCHEMA
from app.intake.check import check
from app.intake.decode import texts_of
from app.intake.exact import Refusal
from app.intake.refusal import Refused
from app.intake.rules import Stamp, apply, notes_of

UNKNOWN_NAMES = 100
_NAME_CHARS = 64


@dataclass(frozen=True, slots=True)
class Batch:
    """A validated body: sent = rows + refused. `refused` by the event's index among the events sent."""

    rows: pl.DataFrame
    refused: dict[int, Refusal]
    unknown: dict[str, int]
    notes: list[str]
    sent: int


def validate(body: bytes, media_type: str, stamp: Stamp) -> Batch:
    """Every event as a row or a refusal. Raises Refused where the body is no events at all."""
    checked = check(texts_of(body, media_type))
    rows, refused = apply(checked.rows, stamp)
    every = {**checked.refused, **refused}
    if not rows.height and all(one.field is None and one.problem.startswith("is not JSON:") for one in every.values()):
        first = every[min(every)]
        raise Refused("not-json", f"No line of the body is JSON; the first {first.problem}.")
    unknown = {name[:_NAME_CHARS]: count for name, count in sorted(checked.unknown.items())[:UNKNOWN_NAMES]}
    notes = notes_of(rows, list(unknown))
    if len(checked.unknown) > UNKNOWN_NAMES:
        notes.append(f"and {len(checked.unknown) - UNKNOWN_NAMES} more unknown fields")
    return Batch(rows.select(*ROW_SCHEMA), dict(sorted(every.items())), unknown, notes, checked.sent)
