"""For whom is a request sent? The key and the platforms that it may speak for (A1, A6)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sender:
    """`platforms`: as stored, the first is the posting platform. `prefix`: what a sandbox key's platforms begin with."""

    key_id: str
    platforms: tuple[str, ...]
    prefix: str = ""

    @property
    def posting_platform(self) -> str:
        """The platform whose event ids these are (A2)."""
        return self.platforms[0]

    def stored_names(self) -> dict[str, str]:
        """What an event may call a platform, and what it is called here: a sandbox key may leave the prefix out."""
        return {called: stored for stored in self.platforms for called in (stored, stored.removeprefix(self.prefix))}
