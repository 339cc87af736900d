"""A6. Sandbox data is a platform of its own and never enters baselines, references, cases or webhooks."""

from __future__ import annotations

from typing import Any

from app.api.auth import sandboxed
from app.domain.cases import is_sandbox
from app.domain.levels import Severity
from app.findings.cases import case_effects
from tests.semantics.posted import event, in_panes, post
from tests.windows.rows import PANE, close_in
from tests.worker.line import context


def test_events_of_a_sandbox_key_stand_on_a_platform_of_their_own() -> None:
    """[An engineer's rehearsal with a live key's names would be summed with real sales.]"""
    practice = event("sale", "00:05", "1", price=100, quantity=1)
    real = in_panes(post([practice], "p"))
    box = in_panes(post([practice], sandboxed("p"), prefix=sandboxed("")))
    assert box["platform"].to_list() == box["posting_platform"].to_list() == ["sandbox-p"]
    assert is_sandbox(box["key"][0])
    assert not is_sandbox(real["key"][0])
    figures = close_in(real.vstack(box), [], 0)
    assert figures.select("platform", "w1_units").rows() == [("p", 1000), ("sandbox-p", 1000)]
    assert figures["pane"].to_list() == [PANE, PANE]


def test_a_sandbox_key_may_name_its_platform_with_or_without_the_prefix_and_no_other() -> None:
    named = [event("price", "00:01", str(n), price=100, session_platform=p) for n, p in enumerate(("p", "sandbox-p", "q"))]
    batch = post(named, sandboxed("p"), prefix=sandboxed(""))
    assert batch.rows["platform"].to_list() == ["sandbox-p", "sandbox-p"]
    assert len(batch.refused) == 1


def test_a_live_key_cannot_reach_into_the_sandbox() -> None:
    assert post([event("price", "00:01", "1", price=100, session_platform="sandbox-p")], "p").rows.is_empty()


def found(platform: str) -> dict[str, Any]:
    return {"finding_id": f"f-{platform}", "platform": platform, "seller_id": "a", "severity": int(Severity.CRITICAL), "opened_us": 1}


def test_the_gravest_sandbox_finding_makes_no_case() -> None:
    """[A rehearsed loss of a real shop's id would join that shop's file and go to the authority.]"""
    effects = case_effects([found("sandbox-p"), found("p")])
    assert [c["platform"] for c in effects["case"]] == ["p"]
    assert [m["finding_id"] for m in effects["case_finding"]] == ["f-p"]


def test_sandbox_days_are_no_history_of_the_live_platform() -> None:
    day = {"platform": "sandbox-p", "seller_id": "a", "product_id": "x", "key": "p:c", "currency": "IDR", "day": 20_000}
    sums = {"units_milli": 1000, "value_s": 10**8, "units_b": 0, "clean_units": 1000, "clean_value_s": 10**8, "below_units": 0}
    by = context(days=[day | sums])
    assert by.history("p", 20_000).own.is_empty()
    assert by.history("sandbox-p", 20_000).own.height == 1
