"""How do idle partitions keep up? Tick records carry the highest counted time durable elsewhere (SEMANTICS C4)."""

from __future__ import annotations

from app.domain.time import PANE_US
from app.log.port import EventLog, Part
from app.log.record import pack_control
from app.store.ledger import LedgerRow

EDGE = "ticker"


def tick(log: EventLog, rows: list[LedgerRow]) -> int:
    """Append ticks where a partition is a pane or more behind another for a platform; how many. Reads no clock.

    Only to partitions that have read all they hold: one that still has rows to read will move by them.
    """
    if log.partitions == 1:
        return 0
    furthest: dict[str, tuple[int, int | None]] = {}
    for row in rows:
        for platform, state in row.state.get("platforms", {}).items():
            counted, arrival = state["clock"]["counted_us"], state["clock"]["arrival_us"]
            if counted is not None and counted > furthest.get(platform, (-1, None))[0]:
                furthest[platform] = (counted, arrival)
    parts = []
    for row in rows:
        if row.next_pos < log.bounds(row.partition)[1]:
            continue
        for platform, (counted, arrival) in sorted(furthest.items()):
            known = row.state.get("platforms", {}).get(platform)
            own = None if known is None else known["clock"]["counted_us"]
            if own is None or counted >= own + PANE_US:
                body = {"platform": platform, "counted_us": counted, "arrival_us": arrival}
                parts.append(Part(row.partition, pack_control("tick", body, edge=EDGE)))
    if parts:
        log.append(parts)
    return len(parts)
