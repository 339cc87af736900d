"""What came of a replay? Numbers of events and receipts, so far and at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.client.receipt import Receipt, Rejected

EXAMPLES: Final = 3


@dataclass
class Tally:
    """What the receipts so far add up to. `next` is the first event not yet answered, counted with repeats; JSON by `vars`."""

    next: int = 0
    accepted: int = 0
    rejected: int = 0
    repeated: int = 0
    latest_us: int | None = None
    unknown_fields: dict[str, int] = field(default_factory=dict)
    receipt_ids: list[str] = field(default_factory=list)
    reasons: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, receipt: Receipt, clock_us: list[int | None]) -> None:
        """Add the receipt of so many events. A repeated one was summed when it was first given (D10)."""
        self.next += len(clock_us)
        refused = {one.index for one in receipt.rejected}
        moments = [us for index, us in enumerate(clock_us) if us is not None and index not in refused]
        self.latest_us = max([*moments, *([] if self.latest_us is None else [self.latest_us])], default=None)
        self.receipt_ids.append(receipt.receipt_id)
        if receipt.repeated:
            self.repeated += len(clock_us)
            return
        self.accepted += receipt.accepted
        self.rejected += len(receipt.rejected)
        for name, count in (receipt.unknown_fields or {}).items():
            self.unknown_fields[name] = self.unknown_fields.get(name, 0) + count
        for one in receipt.rejected:
            self._refused(one)

    def _refused(self, one: Rejected) -> None:
        reason = f"{one.field}: {one.problem}"
        self.reasons[reason] = self.reasons.get(reason, 0) + 1
        shown = self.examples.setdefault(reason, [])
        if len(shown) < EXAMPLES:
            shown.append(one.event_id or "(no id)")


@dataclass(frozen=True, slots=True)
class ReplaySummary:
    """sent = accepted + rejected + repeated (events of receipts that said `repeated`), over all runs of a resumed replay.

    Heartbeats are counted nowhere but in `heartbeats` (moments, as accepted). `seconds` and `events_per_second` are of this run, from
    the first request on. complete: False after Ctrl-C; a resume file goes on from there.
    """

    sent: int
    accepted: int
    rejected: int
    repeated: int
    unknown_fields: Mapping[str, int]
    receipt_ids: tuple[str, ...]
    reasons: Mapping[str, int]
    heartbeats: tuple[str, ...]
    seconds: float
    events_per_second: float
    complete: bool

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {name: getattr(self, name) for name in self.__slots__}


def rejections_in_short(tally: Tally, most: int = 10) -> list[str]:
    """A line per reason, commonest first."""
    ordered = sorted(tally.reasons.items(), key=lambda item: (-item[1], item[0]))
    lines = [f"{count} rejected, {reason} (e.g. {', '.join(tally.examples[reason])})" for reason, count in ordered[:most]]
    return [*lines, f"and {len(ordered) - most} more reasons"] if len(ordered) > most else lines
