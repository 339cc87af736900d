"""Which figures does the service publish at /metrics? One registry per process, handed to whoever counts."""

from __future__ import annotations

from threading import Lock
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
STAGES: Final = ("decode", "windows", "detection")
"""Where a row can fail behind the door (D9)."""
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
        self.requests = Counter("kawal_http_requests", "Requests answered.", ["method", "route", "status"], registry=registry)
        self.request_seconds = Histogram(
            "kawal_http_request_seconds", "Time to the end of the answer.", ["method", "route"], buckets=LATENCY_SECONDS, registry=registry
        )
        self.state = StateGauges(registry)

    def render(self) -> tuple[bytes, str]:
        """The body of GET /metrics and its media type."""
        return generate_latest(self.registry), CONTENT_TYPE_LATEST


class StateGauges:
    """How log and store stand; whoever answers a scrape reads them first (`app.api.gauges`)."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.reading = Lock()
        self.fresh = Gauge("kawal_gauges_fresh", "1: log and store were read for this scrape; 0: the gauges are older.", registry=registry)
        self.lag_records = Gauge("kawal_detector_lag_records", "Records in the log not yet judged.", ["partition"], registry=registry)
        self.lag_seconds = Gauge(
            "kawal_detector_lag_seconds",
            "Age of the oldest record not yet judged; 0: none waits.",
            ["partition"],
            registry=registry,
        )
        self.poison_rows = Gauge(
            "kawal_poison_rows", "Listed rows and pairs that could not be judged (D9), by stage.", ["stage"], registry=registry
        )
        self.findings_open = Gauge("kawal_findings_open", "Findings open now, sandboxes aside.", ["severity"], registry=registry)
        self.outbox_pending = Gauge("kawal_outbox_pending", "Deliveries that wait.", registry=registry)
        self.outbox_overdue = Gauge("kawal_outbox_overdue", "Deliveries past their due time.", registry=registry)
        self.outbox_dead = Gauge("kawal_outbox_dead", "Deliveries given up, waiting for a person.", registry=registry)
        self.sealed_through = Gauge(
            "kawal_sealed_through_day", "Last sealed local day, in days since 1970-01-01.", ["platform"], registry=registry
        )
        self.model = ModelGauges(registry)
        for stage in STAGES:
            self.poison_rows.labels(stage).set(0)
        for severity in SEVERITIES:
            self.findings_open.labels(severity).set(0)


class ModelGauges:
    """How the serving model stands on each live platform's last sealed day."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.role = Gauge("kawal_model", "1: the model that serves, and the candidate beside it.", ["model_id", "role"], registry=registry)
        self.psi = Gauge(
            "kawal_model_drift_psi",
            "Population stability of a feature against training; over 0.2 warns.",
            ["platform", "feature"],
            registry=registry,
        )
        self.unknown = Gauge(
            "kawal_model_feature_unknown_share", "Share of finals without that feature.", ["platform", "feature"], registry=registry
        )
        self.exceedance = Gauge(
            "kawal_calibration_exceedance_ratio",
            "Last weekly check: share of held-back normal units at or under alpha, over alpha.",
            ["platform", "alpha"],
            registry=registry,
        )
        self.suspended = Gauge("kawal_calibration_suspended_strata", "Strata in which novelty says nothing.", registry=registry)

    def clear(self) -> None:
        """Forget what a model said that may no longer serve."""
        for gauge in (self.role, self.psi, self.unknown, self.exceedance):
            gauge.clear()
