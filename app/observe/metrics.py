"""Which figures does the service publish at /metrics? One registry per process, handed to whoever counts."""

from __future__ import annotations

from typing import Final

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

SEVERITIES: Final = ("INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL")
LATENCY_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """The service's counters and gauges, on a registry of their own so that two services in one process do not mix."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)
        self.events_accepted = Counter("kawal_events_accepted", "Events durably logged.", ["platform"], registry=registry)
        self.events_rejected = Counter("kawal_events_rejected", "Events refused with a reason.", ["platform"], registry=registry)
        self.records_appended = Counter("kawal_log_records_appended", "Records written to the log.", ["partition"], registry=registry)
        self.detector_lag_seconds = Gauge(
            "kawal_detector_lag_seconds", "Age of the oldest record not yet judged; 0 when none waits.", ["partition"], registry=registry
        )
        self.rows_judged = Counter("kawal_rows_judged", "Log rows the detector has taken in.", ["partition"], registry=registry)
        self.poison_rows = Counter(
            "kawal_poison_rows", "Rows skipped because they could not be summed (D9).", ["partition"], registry=registry
        )
        self.pairs_unjudged = Counter(
            "kawal_pairs_unjudged", "Pairs of a pane whose judgement failed (D9).", ["partition"], registry=registry
        )
        self.findings_open = Gauge("kawal_findings_open", "Findings open now, by severity.", ["severity"], registry=registry)
        self.outbox_overdue = Gauge("kawal_outbox_overdue", "Deliveries past their due time.", registry=registry)
        self.outbox_dead = Gauge("kawal_outbox_dead", "Deliveries given up, waiting for a person.", registry=registry)
        self.requests = Counter("kawal_http_requests", "Requests answered.", ["method", "route", "status"], registry=registry)
        self.request_seconds = Histogram(
            "kawal_http_request_seconds", "Time to the end of the answer.", ["method", "route"], buckets=LATENCY_SECONDS, registry=registry
        )
        for severity in SEVERITIES:
            self.findings_open.labels(severity).set(0)

    def render(self) -> tuple[bytes, str]:
        """The body of GET /metrics and its media type."""
        return generate_latest(self.registry), CONTENT_TYPE_LATEST
