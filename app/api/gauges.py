"""How do log and store stand at this scrape? Lag, poison, open findings, outbox and seals, read into the gauges of /metrics."""

from __future__ import annotations

import structlog
from sqlalchemy import Connection

from app.api import model_gauges
from app.api.services import Services
from app.domain.levels import Severity
from app.domain.time import SECOND_US
from app.observe.metrics import SEVERITIES, StateGauges
from app.store import counts, outbox
from app.store.engine import read
from app.store.ledger import Ledger

log = structlog.get_logger(__name__)


def feed(services: Services) -> None:
    """Read everything once. A part that cannot be read must not hide the counters: the gauges then keep what they said."""
    gauges = services.metrics.state
    if not gauges.reading.acquire(blocking=False):
        return  # anybody may ask: one reader at a time, the others are shown what was read last
    try:
        _lag(services, gauges)
        with read(services.engine) as connection:
            _counts(connection, gauges)
            _outbox(connection, services.clock(), gauges)
            model_gauges.feed(services, connection, gauges.model)
        gauges.fresh.set(1)
    except Exception as error:  # log or store, whatever is wrong with it: readiness names it
        gauges.fresh.set(0)
        log.warning("gauges not read", error=type(error).__name__)
    finally:
        gauges.reading.release()


def _lag(services: Services, gauges: StateGauges) -> None:
    """Per partition, from the ledger's position to the end of the log; log time is read against this machine's clock."""
    stands = {row.partition: row.next_pos for row in Ledger(services.engine).all_rows()}
    for partition in range(services.log.partitions):
        oldest, end = services.log.bounds(partition)
        at = max(oldest, stands.get(partition, 0))
        waiting = services.log.read(partition, at, 1) if at < end else []
        late_us = services.clock() - waiting[0].logged_us if waiting else 0
        gauges.lag_records.labels(str(partition)).set(end - at)
        gauges.lag_seconds.labels(str(partition)).set(max(0, late_us) / SECOND_US)


def _counts(connection: Connection, gauges: StateGauges) -> None:
    for stage, count in counts.poison(connection).items():
        gauges.poison_rows.labels(stage).set(count)
    found = counts.open_findings(connection)
    for severity in SEVERITIES:
        gauges.findings_open.labels(severity).set(found.get(Severity[severity], 0))
    for platform, day in counts.sealed_through(connection).items():
        gauges.sealed_through.labels(platform).set(day)


def _outbox(connection: Connection, now_us: int, gauges: StateGauges) -> None:
    waiting = outbox.gauges(connection, now_us)
    gauges.outbox_pending.set(waiting["pending"])
    gauges.outbox_overdue.set(waiting["overdue"])
    gauges.outbox_dead.set(waiting["dead"])
