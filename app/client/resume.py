"""Where did an interrupted replay stop? A small file, rewritten whole after each receipt."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.client.failure import ClientError
from app.client.tally import Tally


class OtherReplay(ClientError):
    """The resume file belongs to another replay."""


@dataclass(frozen=True, slots=True)
class Resume:
    """The resume file of one replay; without a path nothing is kept. `identity`: files by hash, service, repeats or not."""

    path: Path | None
    identity: dict[str, Any]

    def load(self) -> Tally:
        """The tally kept, a new one where there is none. Raises OtherReplay."""
        if self.path is None or not self.path.exists():
            return Tally()
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            differing = [name for name, value in self.identity.items() if kept["replay"].get(name) != value]
            tally = Tally(**kept["tally"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise OtherReplay(f"{self.path} is no resume file; delete it to start anew") from error
        if differing:
            raise OtherReplay(f"{self.path} belongs to another replay (other {', '.join(differing)}); delete it to start anew")
        return tally

    def save(self, tally: Tally) -> None:
        """Keep the tally, whole or not at all."""
        if self.path is None:
            return
        fresh = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        fresh.write_text(json.dumps({"replay": self.identity, "tally": vars(tally)}), encoding="utf-8")
        fresh.replace(self.path)
