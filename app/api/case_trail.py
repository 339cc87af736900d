"""Who looked at a case and who did what to it? Lines of the audit trail under the case's id (F3)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from app.api.services import Services
from app.domain.time import iso

TAIL: Final = 10_000
"""Entries looked through for a case's timeline; older lines stay in the trail."""


def recorded(services: Services, actor: str, action: str, subject: str, body: Mapping[str, Any] | None = None) -> None:
    """Write the line before the answer leaves; a trail that can't be written stops the command, and its transaction with it."""
    services.audit.append(actor, action, subject, body)


def trail(services: Services, case_id: str) -> list[dict[str, Any]]:
    """Lines about a case, oldest first."""
    last, _ = services.audit.head()
    entries = services.audit.entries(max(0, last - TAIL), TAIL)
    return [{"at": iso(e.at_us), "actor": e.actor, "action": e.action, "body": json.loads(e.body)} for e in entries if e.object == case_id]
