"""What is the sender told, and what is kept of the events that were refused?"""

from __future__ import annotations

import json
from typing import Any

from app.domain.identity import name
from app.intake.validate import Batch
from app.store.rejections import Rejection


def first_answer(receipt_id: str | None, batch: Batch) -> dict[str, Any]:
    """The receipt as JSON (DESIGN.md 3.1): sent = accepted + len(rejected)."""
    rejected = [
        {"index": index, "event_id": one.event_id, "field": one.field, "problem": one.problem} for index, one in batch.refused.items()
    ]
    return {
        "receipt_id": receipt_id,
        "accepted": batch.rows.height,
        "rejected": rejected,
        "unknown_fields": batch.unknown,
        "notes": batch.notes,
    }


def rejections_of(receipt_id: str, batch: Batch, platform: str, now_us: int) -> list[Rejection]:
    """The refused events as they are listed: known fields only."""
    return [
        Rejection(
            rejection_id=name("j", receipt_id, str(index)),
            posting_platform=platform,
            stage="door",
            received_us=now_us,
            receipt_id=receipt_id,
            index=index,
            event_id=one.event_id,
            field=one.field,
            problem=one.problem,
            body=json.dumps(one.known, ensure_ascii=False),
        )
        for index, one in batch.refused.items()
    ]
