"""Is a real clearance of fresh goods known for what it is? L4 by the papers, LOW by the defence, measured against the truth."""

from __future__ import annotations

from app.demo.asking import Api
from app.demo.outcome import Answer, Outcome, pair_of
from app.demo.screen import Screen, measured
from app.domain.levels import Severity

PERISHABLE = "D2"


def show(outcome: Outcome, screen: Screen) -> Answer:
    """Precision and recall of L4; the truth row of the costliest clearance."""
    below = {pair_of(t) for t in outcome.sample.truth if t["below_cost"]}
    found = {pair for pair, f in outcome.findings.items() if f["legal_level"] == 4}
    right = len(below & found)
    rows: list[list[object]] = [
        ["L4", right, len(found - below)],
        ["under L4", len(below - found), len(outcome.sample.truth) - len(below | found)],
    ]
    screen.table(["found", "sold under wholesale cost (truth)", "never"], rows, "real till ticks: pairs of a day and a product")
    screen.say("  truth: some one-minute window was sold at a unit-weighted price under the day's documented wholesale cost")
    screen.holds("precision of L4", 1.0, right / len(found) if found else 0.0)
    screen.holds("recall of L4", 1.0, right / len(below) if below else 0.0)
    above = [p for p in found if Severity[outcome.findings[p]["severity"]] > Severity.LOW]
    share = len(above) / len(found) if found else 1.0
    screen.holds("share of these clearances above LOW (perishable, sold at or above cost before)", 0.0, share)
    worst = max(found & below, key=lambda pair: float(outcome.findings[pair]["estimated_harm"]), default=None)
    return next(t for t in outcome.sample.truth if worst is None or pair_of(t) == worst)


def show_defence(outcome: Outcome, truth: Answer, analyst: Api, screen: Screen) -> None:
    """The measured facts that make the defence hold in one clearance."""
    finding = outcome.of(truth)
    if finding is None:
        screen.holds("the costliest clearance is found", True, False)
        return
    full = analyst.get(f"/v1/findings/{finding['finding_id']}")
    holding = [d for d in full["defences"] if d["status"] == "holds"]
    screen.holds("defence of the costliest clearance", PERISHABLE, ", ".join(d["id"] for d in holding) or "none", bool(holding))
    for defence in holding:
        screen.say(measured(defence["evidence"]))
    screen.say(f"  {finding['reasons']['en']}")
