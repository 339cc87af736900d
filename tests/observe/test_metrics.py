"""Are the published figures complete, and apart for two services in one process?"""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from app.observe.metrics import Metrics


def test_figures_are_published_in_a_format_that_parses() -> None:
    metrics = Metrics()
    metrics.events_accepted.labels("tiktok").inc(3)
    metrics.state.lag_seconds.labels("0").set(0.25)
    body, media_type = metrics.render()
    assert media_type.startswith("text/plain")
    samples = {(s.name, *s.labels.values()): s.value for f in text_string_to_metric_families(body.decode()) for s in f.samples}
    assert samples["kawal_events_accepted_total", "tiktok"] == 3
    assert samples["kawal_detector_lag_seconds", "0"] == 0.25
    assert samples["kawal_findings_open", "CRITICAL"] == 0
    assert samples[("kawal_outbox_overdue",)] == 0


def test_two_services_do_not_share_figures() -> None:
    one, other = Metrics(), Metrics()
    one.events_rejected.labels("tiktok").inc()
    assert b'kawal_events_rejected_total{platform="tiktok"} 1.0' in one.render()[0]
    assert b"kawal_events_rejected_total{" not in other.render()[0]
