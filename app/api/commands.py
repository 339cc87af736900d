"""How is a command written down? One line in the audit trail before the answer leaves (F3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.api.services import Services


def recorded(services: Services, actor: str, action: str, body: Mapping[str, Any]) -> None:
    """Append who did what; the first member of `body` names the object. Raises AuditNotWritable: what is not audited is not done."""
    named = next(iter(body.values()), "")
    services.audit.append(actor, action, named if isinstance(named, str) else "", body)
