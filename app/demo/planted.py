"""Are planted losses told from honest sales? Each loss by session flag, level and severity, the flash sale, the honest majority."""

from __future__ import annotations

from app.demo.asking import Api
from app.demo.outcome import Answer, Outcome
from app.demo.screen import Screen, measured
from app.domain.levels import Severity

ORDINARY = "ordinary"
FLASH_SALE = "flash_sale"
Q = 0.20
"""Up to this q of its day a pair that is only unusual goes to the analysts (E2)."""


def show(outcome: Outcome, analyst: Api, screen: Screen) -> tuple[Answer, Answer]:
    """All of them, as rows and as expectations; the planted loss and its equally deep flash sale."""
    truth = outcome.sample.truth
    special = [t for t in truth if t["kind"] != ORDINARY]
    columns = ["kind", "session / product", "depth", "flagged", "level", "severity", "expected", "right"]
    screen.table(columns, [_line(outcome, t) for t in special], "generated evening: planted losses, and honest ones that look like them")
    losses = [t for t in special if t["planted"]]
    seen = [t for t in losses if t["session_id"] in outcome.flagged and outcome.severity(t) >= Severity.MEDIUM]
    screen.holds("planted losses whose session is flagged (E8)", len(losses), len(seen))
    screen.holds("planted losses with the expected severity", len(losses), sum(_right(outcome, t) for t in losses))
    honest = [t for t in special if not t["planted"]]
    screen.holds("honest look-alikes with the expected severity", len(honest), sum(_right(outcome, t) for t in honest))
    majority = [t for t in truth if t["kind"] == ORDINARY]
    above = [t for t in majority if outcome.severity(t) > Severity.LOW]
    measured_above = [t for t in above if outcome.of(t)["legal_level"] > 0]  # type: ignore[index]
    screen.holds(f"honest majority ({len(majority):,} pairs) above LOW by a measured level", 0, len(measured_above))
    _listed(outcome, majority, screen)
    return _twins(outcome, analyst, screen)


def _listed(outcome: Outcome, majority: list[Answer], screen: Screen) -> None:
    """The evening's list by its own q: what is promised of it is a mean over days, so its honest pairs are told, not held against it."""
    listed = [t for t in outcome.sample.truth if _q(outcome, t) <= Q]
    honest = [t for t in listed if not t["below_cost"]]
    ours = sum(t in majority for t in honest)
    screen.say(
        f"  on the day's list at q <= {Q:.2f}: {len(listed)} pairs, {len(honest)} never under their true cost, {ours} of these ordinary"
    )
    screen.say(f"  one day promises nothing; over many days at most a share of {Q:.2f} of such lists comes from normal traffic")


def _q(outcome: Outcome, truth: Answer) -> float:
    q = (outcome.of(truth) or {}).get("q_value")
    return 1.0 if q is None else float(q)


def _line(outcome: Outcome, truth: Answer) -> list[object]:
    found = outcome.of(truth)
    least, most = truth["expected_min_severity"], truth["expected_max_severity"]
    return [
        truth["kind"],
        f"{truth['session_id']} / {truth['product_id']}",
        f"{truth['depth']:.0%}" if truth["below_cost"] else "–",
        truth["session_id"] in outcome.flagged,
        f"L{found['level']}" if found else "L0",
        outcome.severity(truth).name,
        least if least == most else f"{least} to {most}",
        _right(outcome, truth),
    ]


def _right(outcome: Outcome, truth: Answer) -> bool:
    return Severity[truth["expected_min_severity"]] <= outcome.severity(truth) <= Severity[truth["expected_max_severity"]]


def _twins(outcome: Outcome, analyst: Api, screen: Screen) -> tuple[Answer, Answer]:
    """The flash sale that is as deep as a planted loss, and what makes the difference."""
    sale = next(t for t in outcome.sample.truth if t["kind"] == FLASH_SALE)
    loss = next(t for t in outcome.sample.truth if f"{t['session_id']}/{t['product_id']}" == sale["twin_of"])
    screen.say(f"  as deep under cost as each other: {loss['kind']} {loss['depth']:.1%}, flash sale {sale['depth']:.1%}")
    screen.holds(
        "flash sale as deep as a planted loss, at most LOW", "LOW", outcome.severity(sale).name, outcome.severity(sale) <= Severity.LOW
    )
    finding = outcome.of(sale)
    if finding is not None:
        defences = analyst.get(f"/v1/findings/{finding['finding_id']}")["defences"]
        holding = [d for d in defences if d["status"] == "holds"]
        screen.holds("its defence", "a short promotion within the law (D6)", ", ".join(d["id"] for d in holding) or "none", bool(holding))
        for defence in holding:
            screen.say(measured(defence["evidence"]))
    return loss, sale
