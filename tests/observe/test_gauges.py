"""Are the gauges of /metrics read from log and store at each scrape, and do the counters survive a store that is away?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from app.domain.time import DAY_US
from app.main import create_app
from app.store import outbox, sealed_days
from app.store.engine import make_engine, write
from tests.api.reading import House, finding_rows, open_house
from tests.console.evening import body
from tests.property.rig import Rig, at

Samples = dict[tuple[str, ...], float]
STAGES = {"door": 5, "windows": 2, "detection": 1}


def scraped(client: TestClient) -> Samples:
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {(s.name, *s.labels.values()): s.value for f in families for s in f.samples}


def lag(client: TestClient) -> tuple[float, float]:
    said = scraped(client)
    return said["kawal_detector_lag_records", "0"], said["kawal_detector_lag_seconds", "0"]


def served(rig: Rig, house: House) -> TestClient:
    """The house's app over the rig's log and store."""
    return TestClient(create_app(rig.settings, replace(house.services, log=rig.log, engine=rig.engine, clock=lambda: rig.now_us)))


@pytest.fixture
def house(tmp_home: Path) -> Iterator[House]:
    with open_house(tmp_home) as opened:
        yield opened


def rejection(stage: str, number: int) -> dict[str, Any]:
    return {"rejection_id": f"{stage}-{number}", "posting_platform": "p", "stage": stage, "received_us": 1, "problem": "no", "body": "{}"}


def test_poison_findings_outbox_and_seals_are_counted(house: House) -> None:
    boxed = {**body()["pair"], "platform": "sandbox-siarmart"}
    house.keep(
        rejection=[rejection(stage, n) for stage, count in STAGES.items() for n in range(count)],
        finding=[finding_rows(body(finding_id="f_box", pair=boxed))[0], finding_rows(body(finding_id="f_over", status="closed"))[0]],
    )
    now = house.services.clock()
    with write(house.engine) as connection:
        for message, due in (("m-1", now - 1), ("m-2", now + DAY_US), ("m-3", now)):
            outbox.enqueue(connection, message_id=message, case_id=message, referral_id="r", kind="referral.created", body="{}", at_us=due)
        outbox.bury(connection, "m-3")
        sealed_days.seal_through(connection, "siarmart", 20_400)
    said = scraped(house.client)
    poison = {k[1]: v for k, v in said.items() if k[0] == "kawal_poison_rows"}
    assert poison == {"decode": 0, "windows": 2, "detection": 1}
    assert (said["kawal_findings_open", "MEDIUM"], said["kawal_findings_open", "LOW"], said["kawal_findings_open", "HIGH"]) == (2, 1, 0)
    assert [said[(f"kawal_outbox_{name}",)] for name in ("pending", "overdue", "dead")] == [2, 1, 1]
    assert said["kawal_sealed_through_day", "siarmart"] == 20_400
    assert said[("kawal_gauges_fresh",)] == 1


def test_the_lag_is_what_the_detector_has_not_read(tmp_path: Path, house: House) -> None:
    rig = Rig(tmp_path / "rig", partitions=1)
    beat = {"type": "heartbeat", "event_id": "h-1", "occurred_at": "2026-11-01T12:00:00Z"}
    rig.post([beat], at_us=at(1, 12))
    rig.post([beat | {"event_id": "h-2"}], at_us=at(1, 12) + 3_000_000)
    rig.now_us += 4_000_000
    with served(rig, house) as client:
        assert lag(client) == (2, 7)
        rig.drain()
        assert lag(client) == (0, 0)
    rig.close()


def test_without_a_store_the_counters_are_still_told(house: House, tmp_path: Path) -> None:
    empty = make_engine(f"sqlite:///{tmp_path}/nothing.sqlite3")
    with TestClient(create_app(house.services.settings, replace(house.services, engine=empty))) as client:
        said = scraped(client)
    assert said[("kawal_gauges_fresh",)] == 0
    assert said[("process_cpu_seconds_total",)] > 0
    empty.dispose()


def test_every_gauge_is_fed_and_in_the_manual(house: House) -> None:
    named = {family.name for family in house.services.metrics.registry.collect() if family.name.startswith("kawal_")}
    manual = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
    assert named == {name.removesuffix("_total") for name in re.findall(r"`(kawal_\w+)`", manual)}
