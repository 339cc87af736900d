"""Which prices are posted again? A price still in force is repeated every five minutes as `<id>~<k>` (B6)."""

from __future__ import annotations

from app.domain.time import MINUTE_US
from app.training.evening.wire import Posted

REPEAT_US = 5 * MINUTE_US


def with_repeats(rows: list[Posted], end_us: int) -> list[Posted]:
    """One pair's rows and the repeats of its prices, each until the pair's next price or `end_us`."""
    prices = sorted((r for r in rows if r.event["type"] == "price"), key=lambda r: r.at_us)
    found = list(rows)
    for row, after in zip(prices, [r.at_us for r in prices[1:]] + [end_us], strict=True):
        if row.event.get("offered") is False:
            continue
        for k, at in enumerate(range(row.at_us + REPEAT_US, after, REPEAT_US), start=1):
            found.append(Posted(at, {**row.event, "event_id": f"{row.event['event_id']}~{k}"}))
    return found
