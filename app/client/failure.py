"""How can talking to the service fail? A refusal with its problem body, or no answer within the patience."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

_SHOWN: Final = 300


class ClientError(Exception):
    """Whatever stops a sender; the message can be shown as it stands."""


class ServiceRefused(ClientError):
    """The service answered with an error. `problem` is its application/problem+json body ({} if it was none)."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.problem = dict(problem)
        self.slug = str(problem.get("type", "")).rsplit("/", 1)[-1]
        errors = problem.get("errors") or problem.get("limit") or problem.get("supported")
        detail = problem.get("detail") or problem.get("title") or "no problem body"
        more = f" {json.dumps(errors, ensure_ascii=False)[:_SHOWN]}" if errors else ""
        super().__init__(f"{status} {self.slug or 'error'}: {detail}{more}")


class NoAnswer(ClientError):
    """No usable answer came: the service was not reached, or what came was no answer of this service."""
