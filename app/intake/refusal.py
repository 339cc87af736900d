"""Why was a whole request refused? One exception; the border turns its slug into a problem (RFC 9457)."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """Nothing of the request was stored. `slug` names the problem, `members` are facts for the sender."""

    def __init__(self, slug: str, detail: str, **members: Any) -> None:
        super().__init__(detail)
        self.slug = slug
        self.detail = detail
        self.members = members
