"""What is said of one finding in a report? Conduct, cost, defences, what speaks for the seller, and how sure we are."""

from __future__ import annotations

from typing import Any

from app.referral.matter import FrozenFinding

_CONDUCT = ("level", "legal_level", "severity", "currency", "figures", "lasting", "estimated_harm", "consumer_saving", "reasons")


def own_tests(finding: FrozenFinding, addressee: str) -> list[dict[str, Any]]:
    """Test results of the addressee's rules only (E9)."""
    default = finding.body.get("addressee", addressee)
    return [
        {**test, "finding_id": finding.finding_id} for test in finding.body.get("tests", []) if test.get("addressee", default) == addressee
    ]


def conduct(finding: FrozenFinding, addressee: str) -> dict[str, Any]:
    """What happened, in which session and windows, and what the tests answered."""
    body = finding.body
    return {
        "finding_id": finding.finding_id,
        "version": finding.version,
        "pair": body["pair"],
        "start": body.get("opened_at"),
        "end": body.get("closed_at"),
        "windows": body.get("spells", []),
        **{name: body.get(name) for name in _CONDUCT},
        "reference": body.get("reference"),
        # a sale may still be cancelled or returned (B5): the reader must know which of the two the units are
        "units_settled": bool(body.get("settled", False)),
        "test_results": own_tests(finding, addressee),
    }


def cost_of(finding: FrozenFinding) -> dict[str, Any]:
    """What the unit cost, how well that is known, and from where."""
    cost = finding.body.get("cost", {})
    source = cost.get("source")
    return {
        "finding_id": finding.finding_id,
        "tier": cost.get("tier", "T4"),
        "interval": [cost.get("lo"), cost.get("hi")],
        "currency": finding.body.get("currency"),
        "source_docs": [source] if source else [],
    }


def defences_of(finding: FrozenFinding) -> list[dict[str, Any]]:
    """Every defence with its answer; unknown ones stay unknown."""
    return [{**d, "finding_id": finding.finding_id} for d in finding.body.get("defences", [])]


def exculpatory_of(finding: FrozenFinding) -> list[dict[str, Any]]:
    """What speaks for the seller or weakens the case, whether anybody asked for it or not."""
    body = finding.body
    facts: list[tuple[str, Any]] = [
        *((f"defence {d['id']} {d['status']}", d.get("evidence")) for d in body.get("defences", []) if d.get("status") != "fails"),
        *((f"rule {t['rule']} {t['status']}", t.get("why")) for t in body.get("tests", []) if t.get("status") != "triggered"),
        *((f"capped at {c['cap']}", c.get("reason")) for c in body.get("caps", [])),
    ]
    if body.get("consumer_saving") not in (None, "0", 0):
        facts.append(("buyers saved", body["consumer_saving"]))
    if not body.get("settled", False):
        facts.append(("units not settled", "cancellations and returns may still lower them"))
    return [{"finding_id": finding.finding_id, "fact": fact, "detail": detail} for fact, detail in facts]


def statistics_of(finding: FrozenFinding) -> dict[str, Any]:
    """The weight of the statistical part, with what it was computed from."""
    body = finding.body
    scores, inputs = body.get("scores", {}), body.get("inputs", {})
    return {
        "finding_id": finding.finding_id,
        "anomaly_score": scores.get("anomaly_score"),
        "novelty_score": scores.get("novelty_score"),
        "running_max": scores.get("running_max"),
        "p_value": body.get("p_value"),
        "q_value": body.get("q_value"),
        "calibration": body.get("calibration"),
        "model_id": inputs.get("model_id"),
        "inputs": inputs,
    }
